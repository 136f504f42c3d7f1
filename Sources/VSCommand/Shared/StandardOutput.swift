// C's stdout is a global variable that only its own locks guard.
@preconcurrency import Glibc

/// What was printed, seen from its end.
enum StandardOutput {
    /// Whether all of it has arrived; a full disk shows only here, as `print` says nothing.
    static var isWhole: Bool { fflush(stdout) == 0 && ferror(stdout) == 0 }
}
