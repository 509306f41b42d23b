package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func checkBundle(folder string) (string, error) {
	files := map[string]string{}
	for _, name := range []string{"log.vkey", "bundle.tlog-proof", "leaf", "witness.vkeys", "quorum", "bulletin.jws", "issuer.jwk"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		files[name] = string(data)
	}
	log, err := note.NewVerifier(strings.TrimSpace(files["log.vkey"]))
	if err != nil {
		return "", err
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range strings.Fields(files["witness.vkeys"]) {
		verifier, err := newWitness(vkey)
		if err != nil {
			return "", err
		}
		verifiers = append(verifiers, verifier)
	}
	head, signed, found := strings.Cut(files["bundle.tlog-proof"], "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") {
		return "", errors.New("no tlog-proof with a salt")
	}
	salt, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return "", err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return "", err
	}
	point, err := openCheckpoint(signed, verifiers...)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, point.N, point.Hash, index, tlog.RecordHash([]byte(files["leaf"]))); err != nil {
		return "", err
	}
	quorum, err := strconv.Atoi(strings.TrimSpace(files["quorum"]))
	if err != nil || len(point.note.Sigs)-1 < quorum {
		return "", fmt.Errorf("%d of %q cosignatures", len(point.note.Sigs)-1, files["quorum"])
	}
	jws := strings.TrimSuffix(files["bulletin.jws"], "\n")
	commitment := sha256.Sum256(append(append([]byte("huxin-commit/v1\n"), salt...), jws...))
	if !strings.HasPrefix(files["leaf"], "huxin-leaf/v1\n"+base64.StdEncoding.EncodeToString(commitment[:])+"\n") {
		return "", errors.New("salt and JWS do not open the leaf")
	}
	if err := verifyJws(jws, files["issuer.jwk"]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %d of %d, %d cosignatures", point.origin, index, point.N, len(point.note.Sigs)-1), nil
}

func verifyJws(jws, jwk string) error {
	var key struct{ Kty, Crv, X, Y string }
	if err := json.Unmarshal([]byte(jwk), &key); err != nil {
		return err
	}
	parts := strings.Split(jws, ".")
	if len(parts) != 3 {
		return errors.New("no compact JWS")
	}
	raw := base64.RawURLEncoding.Strict()
	signature, err := raw.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return errors.New("no signature of 64 bytes")
	}
	x, err := raw.DecodeString(key.X)
	if err != nil {
		return err
	}
	message := []byte(parts[0] + "." + parts[1])
	good := false
	switch key.Kty + " " + key.Crv {
	case "OKP Ed25519":
		good = len(x) == ed25519.PublicKeySize && ed25519.Verify(x, message, signature)
	case "EC P-256":
		y, err := raw.DecodeString(key.Y)
		if err != nil {
			return err
		}
		number := func(data []byte) *big.Int { return new(big.Int).SetBytes(data) }
		sum := sha256.Sum256(message)
		public := &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(x), Y: number(y)}
		good = ecdsa.Verify(public, sum[:], number(signature[:32]), number(signature[32:]))
	}
	if !good {
		return errors.New("the issuer has not signed the JWS")
	}
	return nil
}
