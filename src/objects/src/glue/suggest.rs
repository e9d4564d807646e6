//! "Did you mean …?": the known name that is closest to a misspelled one.
//!
//! Invariant: the costs and limits are CPython's, so that the same names are suggested.

const MOVE: usize = 2;
const CASE: usize = 1;
const LONGEST: usize = 40;
const MOST_CANDIDATES: usize = 750;

/// The best candidate, if any is close enough.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for (index, candidate) in candidates.into_iter().enumerate() {
        if index >= MOST_CANDIDATES {
            return None;
        }
        if candidate == name {
            continue;
        }
        let mut limit = (name.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((distance, _)) = best {
            limit = limit.min(distance - 1);
        }
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), limit) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The edit distance, if it is at most `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut row = [0; LONGEST + 1];
    for (j, cell) in row.iter_mut().enumerate() {
        *cell = j * MOVE;
    }
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE;
        let mut least = row[0];
        for (j, &y) in b.iter().enumerate() {
            let cost = (diagonal + substitution(x, y)).min(row[j] + MOVE).min(row[j + 1] + MOVE);
            diagonal = row[j + 1];
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
    }
    Some(row[b.len()]).filter(|&distance| distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_what_cpython_suggests() {
        assert_eq!(closest("sepp", ["sep", "maxsplit"]), Some("sep"));
        assert_eq!(closest("kye", ["key", "reverse"]), None);
        assert_eq!(closest("strat", ["start"]), Some("start"));
        assert_eq!(closest("mode", ["base", "exp", "mod"]), Some("mod"));
        assert_eq!(closest("KEY", ["key"]), Some("key"));
        assert_eq!(closest("foo", ["bytes", "byteorder"]), None);
    }
}
