package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The tree of leaves.json, its roots and proofs are made anew by x/mod; the invalid proofs must fail there too.
func checkVectors(folder string) (string, error) {
	var leaves struct{ Entries []struct{ Leaf string } }
	var roots []struct {
		Size int64
		Root string
	}
	var inclusions []struct {
		Index, Size int64
		Proof       []string
	}
	var consistencies []struct {
		From, To int64
		Proof    []string
	}
	var signed, cosigned struct {
		Log, Root, Note string
		Witnesses       []string
		Size            int64
	}
	for name, into := range map[string]interface{}{"leaves": &leaves, "roots": &roots, "inclusion": &inclusions,
		"consistency": &consistencies, "checkpoint": &signed, "checkpoint-cosigned": &cosigned} {
		if err := readJSON(filepath.Join(folder, "valid", name+".json"), into); err != nil {
			return "", err
		}
	}
	stored := hashes{}
	for i, entry := range leaves.Entries {
		more, err := tlog.StoredHashes(int64(i), []byte(entry.Leaf), stored)
		if err != nil {
			return "", err
		}
		stored = append(stored, more...)
	}
	for _, one := range roots[1:] { // x/mod has no hash of the empty tree
		if root, err := tlog.TreeHash(one.Size, stored); err != nil || root.String() != one.Root {
			return "", fmt.Errorf("root of %d: %v", one.Size, err)
		}
	}
	for _, one := range inclusions {
		if proof, err := tlog.ProveRecord(one.Size, one.Index, stored); err != nil || !isAlike(proof, one.Proof) {
			return "", fmt.Errorf("inclusion of %d: %v", one.Index, err)
		}
	}
	for _, one := range consistencies {
		if proof, err := tlog.ProveTree(one.To, one.From, stored); err != nil || !isAlike(proof, one.Proof) {
			return "", fmt.Errorf("consistency from %d: %v", one.From, err)
		}
	}
	log, err := note.NewVerifier(signed.Log)
	if err != nil {
		return "", err
	}
	if point, err := openCheckpoint(signed.Note, log); err != nil || point.N != signed.Size || point.Hash.String() != signed.Root {
		return "", fmt.Errorf("checkpoint: %v", err)
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range cosigned.Witnesses {
		verifier, err := newWitness(vkey)
		if err != nil {
			return "", err
		}
		verifiers = append(verifiers, verifier)
	}
	if point, err := openCheckpoint(cosigned.Note, verifiers...); err != nil || len(point.note.Sigs) != 3 {
		return "", fmt.Errorf("cosigned checkpoint: %v", err)
	}
	refused, err := refuseProofs(filepath.Join(folder, "invalid"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d leaves, %d proofs, %d refused", len(leaves.Entries), len(inclusions)+len(consistencies), refused), nil
}

// The hashes of a tree, as x/mod numbers them.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := []tlog.Hash{}
	for _, index := range indexes {
		found = append(found, h[index])
	}
	return found, nil
}

func isAlike(proof []tlog.Hash, texts []string) bool {
	wanted, err := parseHashes(texts)
	return err == nil && fmt.Sprint(proof) == fmt.Sprint(wanted)
}

func readJSON(file string, into interface{}) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func refuseProofs(folder string) (int, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return 0, err
	}
	refused := 0
	for _, file := range files {
		var one struct {
			Inclusion *struct {
				Index          json.Number
				Size           int64
				LeafHash, Root string
				Proof          []string
			}
			Consistency *struct {
				From, To         int64
				FromRoot, ToRoot string
				Proof            []string
			}
		}
		name := filepath.Base(file)
		if !strings.HasPrefix(name, "inclusion-") && !strings.HasPrefix(name, "consistency-") {
			continue
		}
		if err := readJSON(file, &one); err != nil {
			return 0, err
		}
		var wrong error
		if one.Inclusion != nil {
			given := one.Inclusion
			index, err := given.Index.Int64()
			proof, err2 := parseHashes(given.Proof)
			leaf, err3 := tlog.ParseHash(given.LeafHash)
			root, err4 := tlog.ParseHash(given.Root)
			if wrong = firstOf(err, err2, err3, err4); wrong == nil {
				wrong = tlog.CheckRecord(proof, given.Size, root, index, leaf)
			}
		} else {
			given := one.Consistency
			proof, err := parseHashes(given.Proof)
			from, err2 := tlog.ParseHash(given.FromRoot)
			to, err3 := tlog.ParseHash(given.ToRoot)
			if wrong = firstOf(err, err2, err3); wrong == nil {
				wrong = checkTree(proof, tlog.Tree{N: given.To, Hash: to}, tlog.Tree{N: given.From, Hash: from})
			}
		}
		if wrong == nil {
			return 0, fmt.Errorf("%s was taken", name)
		}
		refused++
	}
	return refused, nil
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
