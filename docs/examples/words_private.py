"""Finds the words of texts in threads. Each thread appends to a list of its own, and hands it over when it is complete."""

import random
import sys
import threading

THREADS = 4
CHOICE = random.Random(1)
WORDS = ["".join(CHOICE.choices("abcdefgh", k=4)) for _ in range(200)]
TEXTS = [" ".join(CHOICE.choices(WORDS, k=500)) for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 400)]


def find(texts, results):
    found = []
    for number, text in texts:
        for word in text.split():
            found.append((word, number))
    results.append(found)


def main():
    results = []
    numbered = [*enumerate(TEXTS)]
    threads = [threading.Thread(target=find, args=(numbered[at::THREADS], results)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [pair for result in results for pair in result]
    print(len(found), most_frequent(found))


def most_frequent(found):
    counts = dict.fromkeys(WORDS, 0)
    for word, _ in found:
        counts[word] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]


main()
