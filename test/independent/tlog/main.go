// Checks with golang.org/x/mod, which knows nothing of Huxin, what huxin says to be C2SP and RFC 6962:
//
//	tlog vectors FOLDER   test/vectors/log
//	tlog bundle FOLDER    what `huxin evidence … --format tlog` wrote
//	tlog fork FILE        an evidence file that claims a fork
//
// Prints what was found; exits with 1 when it does not hold. With Debian's golang-go and golang-golang-x-mod-dev:
// GO111MODULE=off GOPATH=/usr/share/gocode go run test/independent/tlog/*.go …
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	checks := map[string]func(string) (string, error){"vectors": checkVectors, "bundle": checkBundle, "fork": checkFork}
	if len(os.Args) != 3 || checks[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "vectors FOLDER, bundle FOLDER or fork FILE")
		os.Exit(2)
	}
	words, err := checks[os.Args[1]](os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(words)
}

// A checkpoint: origin, size and root of a note that the log's key has signed.
type checkpoint struct {
	origin string
	tlog.Tree
	note *note.Note
}

func openCheckpoint(text string, verifiers ...note.Verifier) (checkpoint, error) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] || size < 0 || size >= 1e15 {
		return checkpoint{}, errors.New("no size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return checkpoint{}, err
	}
	if lines[0] != verifiers[0].Name() || opened.Sigs[0].Name != lines[0] {
		return checkpoint{}, errors.New("the log of this origin has not signed first")
	}
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: root}, opened}, nil
}

// A witness is the key of a cosignature/v1, type 4, which note.NewVerifier does not know.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
	return ed25519.Verify(w.key, message, signature[8:])
}

func newWitness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("no vkey")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, errors.New("no witness key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	id := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, errors.New("the key id is another's")
	}
	return witness{parts[0], id, key[1:]}, nil
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// From size 0, and between a size and itself, the consistency proof is empty.
func checkTree(proof []tlog.Hash, newer, older tlog.Tree) error {
	if older.N == 0 {
		if len(proof) > 0 || older.Hash != sha256.Sum256(nil) {
			return errors.New("no empty tree")
		}
		return nil
	}
	if older.N == newer.N {
		if len(proof) > 0 || older.Hash != newer.Hash {
			return errors.New("another root")
		}
		return nil
	}
	if older.N > newer.N {
		return errors.New("the tree shrinks")
	}
	return tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
}
