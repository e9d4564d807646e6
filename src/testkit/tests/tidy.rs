//! The tree is tidy: see `testkit::tidy` for what that means.

#[test]
fn tree_is_tidy() {
    let findings = testkit::tidy::findings(&testkit::repository(env!("CARGO_MANIFEST_DIR")));
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}
