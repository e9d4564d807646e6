"""print reaches standard output (nothing is printed here: the file is given)."""
class Sink:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text = self.text + text
        return len(text)


sink = Sink()
print("a", 1, 2.5, None, file=sink)
print("b", "c", sep="-", end="!", file=sink)
print(file=sink)
print("no newline", end="", file=sink)
assert sink.text == "a 1 2.5 None\nb-c!\nno newline"
