import Foundation

/// JSON's null among dictionaries of `Any`.
enum NSNullValue {
    static var value: Any { NSNull() }
}
