package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// An evidence file is one JSON object. Its log key is looked up in the agreements of the file, which are taken as they
// are: whose signatures they bear is for another program.
func checkFork(file string) (string, error) {
	var evidence struct {
		Claim      struct{ Kind, Log, Form string }
		Agreements []struct{ Payload string }
		Fork       struct {
			Notes                  []string
			Note, Root, Leaf       string
			Consistency, Inclusion []string
			Index, Size            int64
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(data, &evidence); err != nil {
		return "", err
	}
	fork, claim := evidence.Fork, evidence.Claim
	points := []checkpoint{}
	for _, text := range append(fork.Notes, fork.Note) {
		if text == "" {
			continue
		}
		point, err := openByAgreement(text, claim.Log, evidence.Agreements)
		if err != nil {
			return "", err
		}
		points = append(points, point)
	}
	consistency, err := parseHashes(fork.Consistency)
	if err != nil {
		return "", err
	}
	root := tlog.Hash{}
	if claim.Form != "two-roots" {
		if root, err = tlog.ParseHash(fork.Root); err != nil {
			return "", err
		}
	}
	good := false
	switch claim.Form {
	case "two-roots":
		good = len(points) == 2 && points[0].N == points[1].N && points[0].Hash != points[1].Hash
	case "not-a-beginning":
		good = len(points) == 2 && points[0].N < points[1].N && points[0].Hash != root &&
			checkTree(consistency, points[1].Tree, tlog.Tree{N: points[0].N, Hash: root}) == nil
	case "stray-leaf":
		inclusion, err := parseHashes(fork.Inclusion)
		if err != nil {
			return "", err
		}
		good = len(points) == 1 && checkTree(consistency, points[0].Tree, tlog.Tree{N: fork.Size, Hash: root}) == nil &&
			tlog.CheckRecord(inclusion, fork.Size, root, fork.Index, tlog.RecordHash([]byte(fork.Leaf))) == nil
	}
	if claim.Kind != "fork" || !good {
		return "", errors.New("nothing contradicts itself")
	}
	return claim.Log + " " + claim.Form, nil
}

func openByAgreement(text, origin string, agreements []struct{ Payload string }) (checkpoint, error) {
	last := errors.New("no agreement")
	for _, general := range agreements {
		var agreement struct {
			Members []struct {
				Origin string
				Keys   struct{ Log string }
			}
		}
		payload, err := base64.RawURLEncoding.DecodeString(general.Payload)
		if err == nil {
			err = json.Unmarshal(payload, &agreement)
		}
		if err != nil {
			return checkpoint{}, err
		}
		for _, member := range agreement.Members {
			if member.Origin != origin {
				continue
			}
			verifier, err := note.NewVerifier(member.Keys.Log)
			if err != nil {
				return checkpoint{}, err
			}
			point, err := openCheckpoint(text, verifier)
			if err == nil {
				return point, nil
			}
			last = err
		}
	}
	return checkpoint{}, last
}
