#!/usr/bin/env python3
"""word2vec beside gensim and fastText: the same text, the same flags, by turns, each in a process of its own.

    compare.py speed   --corpus FILE --dimensions 100 --threads 1 [--rounds 5] --out results.csv
    compare.py quality --corpus FILE --dimensions 100 --threads 2 [--seeds 1 2] --words DIR --out results.csv
    compare.py table   results.csv ...

Both with --window (5), --negatives (5), and --programs to run some only. Needs Debian's python3-gensim and fasttext,
and samples/Word2Vec built in Release. All learn skip-gram with subsampling 1e-3, minimum count 5, learning rate 0.025.
`speed`: one epoch. Words a second are all words of the text (those left out included) divided by the time from the
opening of the file to the end of training; reading is also given apart. The peers, which take minutes for a text, can
be given the beginning of it (--gensim-part, --fasttext-part of the words, so fewer different ones, which favours
them); fastText's time is that of the whole program. `quality`: five epochs; a line that the file has already is not
measured again.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

FLAGS = {"window": 5, "negatives": 5, "sample": 1e-3, "min_count": 5}   # window and negatives: as asked for
ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
OURS = os.environ.get("RNN_WORD2VEC", os.path.join(ROOT, "artifacts", "bin", "Word2Vec", "release", "Word2Vec.dll"))


def words_of(corpus):
    with open(corpus, "rb") as file:
        lengths = [len(line.split()) for line in file]
    if max(lengths) > 10_000:
        sys.exit(f"{corpus} has a line of {max(lengths)} words: gensim passes over those after the 10,000th. Break it up.")
    return sum(lengths)


def peak(command):
    """Runs a program: what it printed, and its largest resident memory in MB."""
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen([str(part) for part in command], stdout=printed, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        printed.seek(0)
        return printed.read().decode(), usage.ru_maxrss / 1024


def ours(corpus, dimensions, threads, epochs, seed, out):
    """Seconds of reading and of making and training the model, as the program measures them; memory."""
    command = ["dotnet", OURS, "train", "--corpus", corpus, "--dimensions", dimensions, "--threads", threads,
               "--epochs", epochs, "--seed", seed, "--window", FLAGS["window"], "--negatives", FLAGS["negatives"],
               "--sample", FLAGS["sample"], "--min-count", FLAGS["min_count"], "--rate", 0.025, "--out", out]
    memory = peak(command)[1]
    with open(os.path.join(out, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    return summary["readingSeconds"], summary["setupSeconds"] + summary["trainingSeconds"], memory


def gensim_child(corpus, dimensions, threads, epochs, seed, out, window, negatives):
    from gensim.models import Word2Vec
    model = Word2Vec(vector_size=dimensions, window=window, negative=negatives,
                     sample=FLAGS["sample"], min_count=FLAGS["min_count"], sg=1, hs=0, workers=threads,
                     seed=seed, alpha=0.025, min_alpha=1e-4)
    begin = time.perf_counter()
    model.build_vocab(corpus_file=corpus)
    middle = time.perf_counter()
    model.train(corpus_file=corpus, total_words=model.corpus_total_words, total_examples=model.corpus_count,
                epochs=epochs)
    print(middle - begin, time.perf_counter() - middle, flush=True)
    if out:
        model.wv.save_word2vec_format(os.path.join(out, "vectors.bin"), binary=True)


def gensim(*arguments):
    """Seconds of building the vocabulary and of training; memory."""
    command = ["/usr/bin/python3", os.path.abspath(__file__), "gensim-child", *(str(a) for a in arguments),
               str(FLAGS["window"]), str(FLAGS["negatives"])]
    printed, memory = peak(command)
    reading, training = printed.split()[-2:]
    return float(reading), float(training), memory


def beginning(corpus, part, folder, to):
    """The first lines of a text, with a part of its words: a file, and its words."""
    path, least, words = os.path.join(folder, to), part * words_of(corpus), 0
    with open(corpus, "rb") as text, open(path, "wb") as file:
        for line in text:
            if words >= least:
                break
            words += len(line.split())
            file.write(line)
    return path, words


def fasttext(corpus, dimensions, threads, folder):
    """0, and seconds of the whole program: reading, training, writing the model; memory."""
    command = ["fasttext", "skipgram", "-input", corpus, "-output", os.path.join(folder, "fasttext"), "-dim",
               dimensions, "-ws", FLAGS["window"], "-neg", FLAGS["negatives"], "-t", FLAGS["sample"], "-minCount",
               FLAGS["min_count"], "-minn", 0, "-maxn", 0, "-epoch", 1, "-lr", 0.025, "-thread", threads]
    begin = time.perf_counter()
    memory = peak(command)[1]
    return 0.0, time.perf_counter() - begin, memory


def speed(arguments):
    words = words_of(arguments.corpus)
    name = os.path.basename(arguments.corpus)
    size, threads = arguments.dimensions, arguments.threads
    with open(arguments.out, "a", newline="") as file, tempfile.TemporaryDirectory() as folder:
        writer = csv.writer(file, lineterminator="\n")
        part, part_words = beginning(arguments.corpus, arguments.fasttext_part, folder, "fasttext.txt")
        some, some_words = ((arguments.corpus, words) if arguments.gensim_part == 1
                            else beginning(arguments.corpus, arguments.gensim_part, folder, "gensim.txt"))
        for round_ in range(arguments.first_round, arguments.first_round + arguments.rounds):
            turns = [("Rnn", words, lambda: ours(arguments.corpus, size, threads, 1, round_, folder)),
                     ("gensim", some_words, lambda: gensim(some, size, threads, 1, round_, "")),
                     ("fastText", part_words, lambda: fasttext(part, size, threads, folder))]
            first = round_ % len(turns)
            for program, count, run in turns[first:] + turns[:first]:
                if program not in arguments.programs:
                    continue
                reading, training, memory = run()
                writer.writerow(["speed", name, size, FLAGS["window"], FLAGS["negatives"], threads, round_, program,
                                 count, f"{reading:.3f}", f"{training:.3f}", f"{memory:.0f}"])
                print(name, size, FLAGS["window"], FLAGS["negatives"], threads, round_, program,
                      f"{count / (reading + training):,.0f} words/s", flush=True)
            file.flush()


def scores(path, folder):
    from gensim.models import KeyedVectors
    vectors = KeyedVectors.load_word2vec_format(path, binary=True)
    pairs = [vectors.evaluate_word_pairs(os.path.join(folder, name), case_insensitive=True,
                                         restrict_vocab=len(vectors))[1][0]
             for name in ("EN-WS-353-ALL.txt", "EN-MEN-TR-3k.txt", "EN-SIMLEX-999.txt")]
    return [*pairs, vectors.evaluate_word_analogies(os.path.join(folder, "questions-words.txt"),
                                                    restrict_vocab=30000)[0]]


def quality(arguments):
    name = os.path.basename(arguments.corpus)
    words_of(arguments.corpus)
    done = set()
    if os.path.exists(arguments.out):
        with open(arguments.out, newline="") as file:
            done = {(*row[1:5], row[6], row[7]) for row in csv.reader(file) if row[0] == "quality"}
    with open(arguments.out, "a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for seed in arguments.seeds:
            for program, train in (("Rnn", ours), ("gensim", gensim)):
                key = (name, *map(str, (arguments.dimensions, FLAGS["window"], FLAGS["negatives"], seed)), program)
                if program not in arguments.programs or key in done:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    reading, training, memory = train(arguments.corpus, arguments.dimensions, arguments.threads, 5,
                                                      seed, folder)
                    measured = scores(os.path.join(folder, "vectors.bin"), arguments.words)
                writer.writerow(["quality", name, arguments.dimensions, FLAGS["window"], FLAGS["negatives"],
                                 arguments.threads, seed, program, *(f"{score:.5f}" for score in measured),
                                 f"{reading:.3f}", f"{training:.3f}"])
                print(*key, *(f"{score:.4f}" for score in measured), flush=True)
                file.flush()


def table(arguments):
    rows = [row for path in arguments.results for row in csv.reader(open(path, newline=""))]
    speeds, memory = {}, {}
    for kind, *key, round_, program, words, reading, training, peak_ in (row for row in rows if row[0] == "speed"):
        memory.setdefault((key[0], int(key[1])), {}).setdefault(program, []).append(int(peak_))
        place = (key[0], *(int(number) for number in key[1:]))
        speeds.setdefault(place, {}).setdefault(program, {})[round_] = (int(words), float(reading), float(training))
    if speeds:
        print("| Text | Dimensions | Window | Negatives | Threads | Rnn, words/s | training alone | gensim | times gensim "
              "| times fastText |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|---|---|")
    for key, programs in sorted(speeds.items()):
        rate = {p: statistics.median(w / (r + t) for w, r, t in rounds.values()) for p, rounds in programs.items()}
        alone = statistics.median(w / t for w, r, t in programs["Rnn"].values())
        cells = [*map(str, key), f"{rate['Rnn']:,.0f}", f"{alone:,.0f}", f"{rate['gensim']:,.0f}"]
        for peer in ("gensim", "fastText"):
            mine = programs["Rnn"]
            ratios = [mine[n][0] / (mine[n][1] + mine[n][2]) * (r + t) / w
                      for n, (w, r, t) in programs.get(peer, {}).items()]
            cells.append(f"{statistics.median(ratios):.1f} [{min(ratios):.1f} .. {max(ratios):.1f}]" if ratios else "-")
        print("| " + " | ".join(cells) + " |")
    if memory:
        print("\n| Text | Dimensions | Rnn, MB | gensim, MB |\n|---|--:|--:|--:|")
    for (text, dimensions), programs in sorted(memory.items()):
        print(f"| {text} | {dimensions} | {max(programs['Rnn'])} | {max(programs['gensim'])} |")
    grades = {}
    for row in (row for row in rows if row[0] == "quality"):
        place = (row[1], *(int(number) for number in row[2:5]))
        grades.setdefault(place, {}).setdefault(row[7], []).append([float(x) for x in row[8:12]])
    if grades:
        print("\n| Text | Dimensions | Window | Negatives | Program | Seeds | WordSim-353 | MEN | SimLex-999 | Analogies |")
        print("|---|--:|--:|--:|---|--:|---|---|---|---|")
    for place, programs in sorted(grades.items()):
        for program, runs in sorted(programs.items()):
            cells = []
            for values in zip(*runs):
                error = f" +- {statistics.stdev(values) / len(values) ** 0.5:.4f}" if len(values) > 1 else ""
                cells.append(f"{statistics.mean(values):.4f}{error}")
            print("| " + " | ".join([*map(str, place), program, str(len(runs)), *cells]) + " |")


def main():
    if sys.argv[1:2] == ["gensim-child"]:
        corpus, dimensions, threads, epochs, seed, out, window, negatives = sys.argv[2:10]
        gensim_child(corpus, int(dimensions), int(threads), int(epochs), int(seed), out, int(window), int(negatives))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("speed", "quality"):
        command = commands.add_parser(name)
        command.add_argument("--corpus", required=True)
        command.add_argument("--dimensions", type=int, default=100)
        command.add_argument("--window", type=int, default=5)
        command.add_argument("--negatives", type=int, default=5)
        command.add_argument("--threads", type=int, default=2)
        command.add_argument("--programs", nargs="+", default=["Rnn", "gensim", "fastText"])
        command.add_argument("--out", required=True)
        if name == "speed":
            command.add_argument("--rounds", type=int, default=5)
            command.add_argument("--first-round", type=int, default=1, help="its number; decides who begins")
            command.add_argument("--gensim-part", type=float, default=1)
            command.add_argument("--fasttext-part", type=float, default=0.2)
        else:
            command.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
            command.add_argument("--words", required=True, help="folder of the similarity and analogy files")
    commands.add_parser("table").add_argument("results", nargs="+")
    arguments = parser.parse_args()
    FLAGS.update({name: getattr(arguments, name) for name in ("window", "negatives") if hasattr(arguments, name)})
    {"speed": speed, "quality": quality, "table": table}[arguments.command](arguments)


if __name__ == "__main__":
    main()
