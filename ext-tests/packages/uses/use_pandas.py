"""pandas: frames, grouping, merging, reshaping, time series, strings, files, missing values, errors."""

import io
import pickle

from _expect import raises

import numpy as np
import pandas as pd

frame = pd.DataFrame(
    {"city": ["Rome", "Oslo", "Rome", "Oslo", "Lima"], "year": [2020, 2020, 2021, 2021, 2021], "rain": [1.5, 2.5, np.nan, 4.0, 0.5]}
)
assert frame.shape == (5, 3) and list(frame.columns) == ["city", "year", "rain"] and frame["rain"].isna().sum() == 1
assert frame.loc[frame.rain > 1, "city"].tolist() == ["Rome", "Oslo", "Oslo"] and frame.iloc[-1]["city"] == "Lima" and frame.at[1, "rain"] == 2.5
grouped = frame.groupby("city")["rain"].agg(["mean", "count", "max"])
assert grouped.loc["Oslo"].tolist() == [3.25, 2.0, 4.0] and grouped.index.tolist() == ["Lima", "Oslo", "Rome"]
assert frame.groupby(["city", "year"]).size()["Rome", 2021] == 1
assert frame.groupby("year")["rain"].transform("sum").tolist() == [4.0, 4.0, 4.5, 4.5, 4.5]
assert frame.groupby("city")["rain"].apply(lambda values: values.fillna(0).sum()).to_dict() == {"Lima": 0.5, "Oslo": 6.5, "Rome": 1.5}
people = pd.DataFrame({"city": ["Rome", "Lima", "Bonn"], "people": [3, 10, 1]})
joined = frame.merge(people, on="city", how="left", indicator=True)
assert joined["people"].fillna(-1).tolist() == [3, -1, 3, -1, 10] and (joined["_merge"] == "both").sum() == 3
assert frame.merge(people, how="outer")["city"].nunique() == 4 and pd.concat([people, people], ignore_index=True).shape == (6, 2)
table = frame.pivot_table(index="city", columns="year", values="rain", aggfunc="sum", fill_value=0)
assert table.loc["Oslo", 2021] == 4.0 and table.stack().shape == (6,) and frame.melt(id_vars="city").shape == (10, 3)
assert frame.sort_values(["year", "rain"], ascending=[False, True])["rain"].tolist()[:2] == [0.5, 4.0]
assert frame.assign(double=lambda f: f.rain * 2)["double"].sum() == 17.0 and frame.query("year == 2021 and rain < 1")["city"].item() == "Lima"
assert frame.drop_duplicates("city").shape[0] == 3 and frame.set_index("city").loc["Rome", "year"].tolist() == [2020, 2021]
assert frame["city"].str.upper().str[:2].tolist() == ["RO", "OS", "RO", "OS", "LI"] and frame["city"].value_counts()["Rome"] == 2
assert frame["city"].str.extract(r"(.)o(.*)")[1].tolist()[0] == "me" and frame["rain"].interpolate().tolist()[2] == 3.25
kind = frame["city"].astype("category")
assert kind.cat.categories.tolist() == ["Lima", "Oslo", "Rome"] and kind.cat.codes.tolist() == [2, 1, 2, 1, 0]
assert pd.cut(pd.Series([1, 5, 9]), [0, 3, 6, 10], labels=list("abc")).tolist() == ["a", "b", "c"]
assert frame["rain"].rolling(2).mean().tolist()[1] == 2.0 and frame["rain"].cumsum().iloc[-1] == 8.5 and frame["rain"].rank().iloc[-1] == 1
assert frame["rain"].describe()["50%"] == 2.0 and frame[["year", "rain"]].corr().shape == (2, 2) and frame["rain"].quantile(0.5) == 2.0

days = pd.Series(range(60), index=pd.date_range("2024-01-01", periods=60, freq="D"))
assert days.resample("MS").sum().tolist() == [465, sum(range(31, 60))] and days["2024-02-29"] == 59 and days.index.day_name()[0] == "Monday"
assert pd.Timestamp("2024-02-29T12:00Z").hour == 12
assert (pd.Timestamp("2024-03-01") - pd.Timedelta(days=1)).day == 29 and pd.Period("2024-02", "M").days_in_month == 29
assert pd.to_datetime(["2024-01-02", "bad"], errors="coerce").isna().tolist() == [False, True] and days.shift(1).iloc[1] == 0
whole = pd.Series([1, None, 3], dtype="Int64")
assert whole.sum() == 4 and whole[1] is pd.NA and (whole > 2).tolist()[::2] == [False, True]
index = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", "y"])
assert pd.Series(range(4), index=index).unstack()[2]["b"] == 3 and pd.Series(range(4), index=index).xs(2, level="y").tolist() == [1, 3]

text = frame.to_csv(index=False)
assert pd.read_csv(io.StringIO(text)).equals(frame) and pd.read_csv(io.StringIO(text), engine="python").equals(frame) and text.splitlines()[3] == "Rome,2021,"
assert pd.read_csv(io.StringIO("a;b\n1.000,5;x\n"), sep=";", decimal=",", thousands=".")["a"][0] == 1000.5
assert pd.read_json(io.StringIO(frame.to_json(orient="records"))).equals(frame) and pickle.loads(pickle.dumps(frame)).equals(frame)
assert frame.to_dict("records")[0] == {"city": "Rome", "year": 2020, "rain": 1.5} and "Rome" in frame.to_string() and "<td>Oslo</td>" in frame.to_html()
assert repr(pd.DataFrame({"a": [1, 2]})) == "   a\n0  1\n1  2" and (frame[["rain"]].to_numpy() > 1).sum() == 3
assert pd.eval("1 + 2 * 3") == 7 and pd.Series([1, 2]).map({1: "one"}).tolist()[0] == "one" and pd.factorize(np.array(["b", "a", "b"]))[0].tolist() == [0, 1, 0]

raises(KeyError, "'nope'", lambda: frame["nope"])
raises(KeyError, "99", lambda: frame.loc[99])
raises(IndexError, "single positional indexer is out-of-bounds", lambda: frame.iloc[99])
raises(ValueError, "All arrays must be of the same length", pd.DataFrame, {"a": [1], "b": [1, 2]})
raises(pd.errors.MergeError, "No common columns to perform merge on", pd.merge, pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))
raises(ValueError, "The truth value of a Series is ambiguous", bool, frame["rain"])
raises(pd.errors.ParserError, "Expected 2 fields in line 3, saw 3", pd.read_csv, io.StringIO("a,b\n1,2\n1,2,3\n"))
raises(pd.errors.EmptyDataError, "No columns to parse from file", pd.read_csv, io.StringIO(""))
raises(ValueError, "cannot convert", pd.Series([1, None], dtype="Int64").to_numpy, dtype=int)
raises(AttributeError, "'DataFrame' object has no attribute 'nope'", lambda: frame.nope)
print("ok")
