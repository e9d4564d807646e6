"""Who is asked whether it is equal, or less, and in which order: containers compare items from left to right, what they hold before what is sought."""
import bisect
import heapq
import itertools
import operator
import types
from collections import Counter, OrderedDict, defaultdict, deque

asked = []


class Item:
    """Equal to nothing, and says what it was asked."""

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def ask(self, operator, other):
        asked.append(f"{self.name}{operator}{getattr(other, 'name', other)}")

    def __eq__(self, other):
        self.ask("==", other)
        return False

    def __ne__(self, other):
        self.ask("!=", other)
        return True

    def __lt__(self, other):
        self.ask("<", other)
        return False


A, B = Item("A"), Item("B")

EXPECTED = {
    "[A]==[B]": "A==B",
    "[A]!=[B]": "A==B",
    "A in [B]": "B==A",
    "[B].index(A)": "B==A",
    "[B].count(A)": "B==A",
    "[B].remove(A)": "B==A",
    "[A]<[B]": "A==B A<B",
    "(A,)==(B,)": "A==B",
    "(A,)<(B,)": "A==B A<B",
    "A in (B,)": "B==A",
    "(B,).index(A)": "B==A",
    "(B,).count(A)": "B==A",
    "{1:A}=={1:B}": "A==B",
    "{1:A}!={1:B}": "A==B",
    "{A:1}.get(B)": "A==B",
    "{A:1}=={B:1}": "B==A",
    "(1,A) in {1:B}.items()": "B==A",
    "A in {1:B}.values()": "B==A",
    "{1:A}.items()=={1:B}.items()": "B==A",
    "{A:1}.keys()=={B:1}.keys()": "B==A",
    "{1:A}.items()^{1:B}.items()": "A==B B==A B==A",
    "{1:A}.items()&{1:B}.items()": "A==B",
    "{1:A}.items()-{1:B}.items()": "A==B A==B",
    "A in {B}": "B==A",
    "{A}=={B}": "B==A",
    "{A}<={B}": "B==A",
    "{A}&{B}": "A==B",
    "{A}|{B}": "A==B",
    "{A}-{B}": "B==A",
    "{A}^{B}": "B==A B==A",
    "{A}.isdisjoint({B})": "A==B",
    "{A}.isdisjoint([B])": "A==B",
    "{A}.intersection([B])": "A==B",
    "{A}.difference([B])": "A==B",
    "{A}.discard(B)": "A==B",
    "frozenset([A])==frozenset([B])": "B==A",
    "deque([A])==deque([B])": "A==B A==B",
    "deque([A])!=deque([B])": "A==B A!=B",
    "deque([A])<deque([B])": "A==B A<B",
    "A in deque([B])": "B==A",
    "deque([B]).index(A)": "B==A",
    "deque([B]).count(A)": "B==A",
    "deque([B]).remove(A)": "B==A",
    "OrderedDict({1:A})==OrderedDict({1:B})": "A==B",
    "OrderedDict({A:1})==OrderedDict({B:1})": "B==A",
    "OrderedDict({1:A})=={1:B}": "A==B",
    "{1:A}==OrderedDict({1:B})": "B==A",
    "defaultdict(list,{1:A})=={1:B}": "A==B",
    "operator.countOf([A],B)": "A==B",
    "operator.indexOf([A],B)": "A==B",
    "operator.contains(iter([A]),B)": "A==B",
    "A in iter([B])": "B==A",
    "A in range(3)": "A==0 A==1 A==2",
    "range(3).count(A)": "A==0 A==1 A==2",
    "range(3).index(A)": "A==0 A==1 A==2",
    "[k for k,g in itertools.groupby([A,B])]": "A==B",
    "list(iter(iter([A]).__next__,B))": "B==A",
    "bisect.bisect_left([A],B)": "A<B",
    "bisect.bisect_right([A],B)": "B<A",
    "heapq.heapify([A,B])": "A<B",
    "max(A,B) and 0": "A<B",
    "min(A,B) and 0": "B<A",
    "[A,B].sort()": "B<A",
    "slice(A,1)==slice(B,1)": "A==B",
    "slice(A,1)<slice(B,1)": "A==B A<B",
    "types.SimpleNamespace(a=A)==types.SimpleNamespace(a=B)": "A==B",
    "types.MappingProxyType({1:A})=={1:B}": "A==B",
    "{1:A}==types.MappingProxyType({1:B})": "B==A",
    "Counter({A:1})==Counter({B:1})": "B==A",
    "list[A]==list[B]": "A==B",
    "[A].append==[B].append": "",
    "A in b'a'": "",
    "(A,A)==(A,B)": "A==B",
    "A in 'a'": "",
    "(int|str)==A": "A==int | str",
    "complex(1)==A": "A==(1+0j)",
    "1==A": "A==1",
    "None==A": "A==None",
}

for source, expected in EXPECTED.items():
    asked.clear()
    try:
        eval(source)
    except (ValueError, TypeError):
        pass
    assert " ".join(asked) == expected, (source, asked, expected)
