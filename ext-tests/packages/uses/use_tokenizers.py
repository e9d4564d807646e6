"""tokenizers: train a tokenizer, encode and decode, pieces of the pipeline, callbacks in Python, errors."""

import json
import pickle

from _expect import raises

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers.implementations import ByteLevelBPETokenizer

corpus = ["the quick brown fox jumps over the lazy dog", "the dog sleeps while the fox jumps", "quick quick brown dogs"] * 10
tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
trainer = trainers.BpeTrainer(vocab_size=80, special_tokens=["[UNK]", "[CLS]", "[SEP]", "[PAD]"], show_progress=False)
tokenizer.train_from_iterator(corpus, trainer)
assert tokenizer.get_vocab_size() == 62 and tokenizer.token_to_id("[CLS]") == 1 and tokenizer.id_to_token(3) == "[PAD]"
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
)
encoded = tokenizer.encode("The Qu\xedck fox", "dog")
assert encoded.tokens[0] == "[CLS]" and encoded.tokens[-1] == "[SEP]" and "quick" in encoded.tokens
assert encoded.type_ids[0] == 0 and encoded.type_ids[-1] == 1 and encoded.special_tokens_mask[0] == 1
start, end = encoded.offsets[encoded.tokens.index("quick")]
assert "The Qu\xedck fox"[start:end] == "Qu\xedck" and encoded.word_ids[1] == 0
assert tokenizer.decode(encoded.ids).startswith("the quick fox")
tokenizer.enable_padding(pad_id=3, pad_token="[PAD]", length=12)
tokenizer.enable_truncation(max_length=6)
batch = tokenizer.encode_batch(["the fox", "the quick brown fox jumps over the lazy dog"])
assert [len(item) for item in batch] == [12, 12] and batch[0].attention_mask[-1] == 0 and len(batch[1].overflowing) > 0
tokenizer.no_padding()
tokenizer.no_truncation()
twin = Tokenizer.from_str(tokenizer.to_str())
assert twin.encode("lazy dog").ids == tokenizer.encode("lazy dog").ids == pickle.loads(pickle.dumps(tokenizer)).encode("lazy dog").ids
assert json.loads(tokenizer.to_str())["model"]["type"] == "BPE"
tokenizer.add_tokens([AddedToken("<new>", single_word=True), "zzz"])
assert "<new>" in tokenizer.encode("fox <new> fox").tokens and tokenizer.get_vocab_size() == 64

assert normalizers.Replace(Regex(r"\d+"), "#").normalize_str("a12b3") == "a#b#"
assert pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str("a b") == [("a", (0, 1)), ("\u0120b", (1, 3))]
assert pre_tokenizers.Split(Regex(","), "removed").pre_tokenize_str("a,b") == [("a", (0, 1)), ("b", (2, 3))]
assert decoders.WordPiece().decode(["un", "##able"]) == "unable"


class Halves:
    """A step written in Python."""

    def split(self, index, text):
        half = len(str(text)) // 2
        return [text[:half], text[half:]]

    def pre_tokenize(self, pretokenized):
        pretokenized.split(self.split)


words = Tokenizer(models.WordLevel({"ab": 0, "cd": 1, "[UNK]": 2}, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.PreTokenizer.custom(Halves())
assert words.encode("abcd").ids == [0, 1]
level = ByteLevelBPETokenizer()
level.train_from_iterator(corpus, vocab_size=300, show_progress=False)
assert level.decode(level.encode("a caf\xe9 \u20ac").ids) == "a caf\xe9 \u20ac"

raises(Exception, "Model missing. at line 1 column 2", Tokenizer.from_str, "{}")
raises(Exception, "No such file or directory (os error 2)", Tokenizer.from_file, "no-such-file.json")
raises(Exception, "Custom PreTokenizer cannot be serialized", words.to_str)
raises(TypeError, "TextInputSequence must be str", tokenizer.encode, 5)
raises(TypeError, "'str' object is not an instance of 'Model'", Tokenizer, "no model")
raises(Exception, "Oniguruma error: end pattern with unmatched parenthesis", Regex, "(")
print("ok")
