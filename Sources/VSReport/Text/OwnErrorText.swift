/// How tables mark a volume whose error is its scan's own.
public enum OwnErrorText {
    /// The mark.
    public static let mark = "*"
    /// What the mark means.
    public static let legend =
        "* this scan's own error, from measuring it again on small changes of itself"
}
