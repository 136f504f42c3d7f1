/// The program's version, stored with every segmentation.
public enum SoftwareVersion {
    /// Semantic version.
    public static let current = "0.1.0"
}
