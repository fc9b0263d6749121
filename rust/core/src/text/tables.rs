//! The tables of words in `tables/*.tsv`: a row a line, columns parted by tabs, comments by `#`. Who owns a table says what
//! its columns are and tests that every row is read.

/// The rows of a table, without comments.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}
