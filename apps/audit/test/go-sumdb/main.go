// Prints reference vectors made by Go's own transparency log packages, for go-sumdb.spec.ts:
//
//	go mod init vectors && go get golang.org/x/mod@v0.42.0 && go run . > vectors.json
//
// Given a file on standard input with -check, it opens a checkpoint note and checks proofs that Assay made.
package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = s[x]
	}
	return out, nil
}

type proof struct {
	Kind  string   `json:"kind"`
	From  int64    `json:"from"`
	Size  int64    `json:"size"`
	Steps []string `json:"steps"`
}

type theirs struct {
	Key        string           `json:"key"`
	Checkpoint string           `json:"checkpoint"`
	Roots      map[int64]string `json:"roots"`
	Proofs     []proof          `json:"proofs"`
}

var sizes = []int64{0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 1000}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func grow() (store, map[int64]tlog.Hash) {
	var hashes store
	roots := map[int64]tlog.Hash{}
	for n := int64(0); n <= 1000; n++ {
		roots[n] = must(tlog.TreeHash(n, hashes))
		hashes = append(hashes, must(tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), hashes))...)
	}
	return hashes, roots
}

func steps(hashes []tlog.Hash) []string {
	out := []string{}
	for _, h := range hashes {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

func main() {
	hashes, roots := grow()
	if len(os.Args) > 1 && os.Args[1] == "-check" {
		check(roots)
		return
	}
	out := map[string]any{}
	named := map[int64]string{}
	for _, n := range sizes {
		h := roots[n]
		named[n] = hex.EncodeToString(h[:])
	}
	out["roots"] = named
	proofs := []proof{}
	for _, p := range [][2]int64{{0, 1}, {0, 1000}, {999, 1000}, {255, 257}, {256, 257}, {511, 513}, {3, 7}, {600, 1000}} {
		proofs = append(proofs, proof{"inclusion", p[0], p[1], steps(must(tlog.ProveRecord(p[1], p[0], hashes)))})
		if p[0] > 0 {
			proofs = append(proofs, proof{"consistency", p[0], p[1], steps(must(tlog.ProveTree(p[1], p[0], hashes)))})
		}
	}
	out["proofs"] = proofs
	tiles := map[string]string{}
	for _, t := range tlog.NewTiles(8, 250, 520) {
		data := must(tlog.ReadTileData(t, hashes))
		sum := tlog.RecordHash(data)
		tiles[strings.TrimPrefix(t.Path(), "tile/8/")] = hex.EncodeToString(sum[:])
	}
	out["tileRecordHashes250to520"] = tiles
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	skey, vkey, err := note.GenerateKey(strings.NewReader(string(seed)), "assay.example/audit/acme")
	if err != nil {
		panic(err)
	}
	signer := must(note.NewSigner(skey))
	root := roots[1000]
	text := "assay.example/audit/acme\n1000\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
	out["verifierKey"] = vkey
	out["checkpoint"] = string(must(note.Sign(&note.Note{Text: text}, signer)))
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	enc.Encode(out)
}

func check(roots map[int64]tlog.Hash) {
	var in theirs
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	opened := must(note.Open([]byte(in.Checkpoint), note.VerifierList(must(note.NewVerifier(in.Key)))))
	compared := 0
	for n, r := range in.Roots {
		h := roots[n]
		if hex.EncodeToString(h[:]) != r {
			panic(fmt.Sprint("root ", n))
		}
		compared++
	}
	for _, p := range in.Proofs {
		list := make([]tlog.Hash, len(p.Steps))
		for i, s := range p.Steps {
			copy(list[i][:], must(hex.DecodeString(s)))
		}
		if p.Kind == "inclusion" {
			leaf := tlog.RecordHash([]byte(fmt.Sprintf("entry %d", p.From)))
			if err := tlog.CheckRecord(list, p.Size, roots[p.Size], p.From, leaf); err != nil {
				panic(fmt.Sprint(p, err))
			}
		} else if err := tlog.CheckTree(list, p.Size, roots[p.Size], p.From, roots[p.From]); err != nil {
			panic(fmt.Sprint(p, err))
		}
	}
	fmt.Printf("checkpoint opened (%q), %d roots equal, %d proofs accepted\n", opened.Sigs[0].Name, compared, len(in.Proofs))
}
