import ArgumentParser
import Foundation
import VSImaging
import VSNetwork
import VSPACS
import VSPhantom
import VSReport
import VSSegmentation
import VSService
import VSStore
import VSTraining

/// Runs a command and ends the process: data on stdout, errors on stderr, exit codes by kind.
enum CommandRunner {
    /// Exit codes (sysexits where one fits).
    enum Code {
        static let other: Int32 = 1
        static let growth: Int32 = 10
        static let refused: Int32 = 65
        static let missing: Int32 = 66
        static let unavailable: Int32 = 69
        static let cannotWrite: Int32 = 73
        static let cannotRead: Int32 = 74
        static let busy: Int32 = 75
        static let interrupted: Int32 = 130
    }

    static func run(_ root: any ParsableCommand.Type) {
        // A file that may not grow is then a failed write with its own message.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try root.parseAsRoot()
            try command.run()
            checkOutput()
        } catch let code as ExitCode {
            checkOutput()
            exit(code.rawValue)
        } catch {
            guard let status = code(of: error) else { root.exit(withError: error) }
            note("vsdb: \(error)")
            exit(status)
        }
    }

    /// Ends the process where a part of its answer was lost.
    private static func checkOutput() {
        guard !StandardOutput.isWhole else { return }
        note("vsdb: standard output: It cannot be written. Check the free space.")
        exit(Code.cannotWrite)
    }

    /// The exit code of one of our errors; nil for ArgumentParser's own.
    static func code(of error: any Error) -> Int32? {
        switch error {
        case let error as ImagingError:
            switch error.code {
            case .missing: Code.missing
            case .unreadable: Code.cannotRead
            case .unwritable: Code.cannotWrite
            default: Code.refused
            }
        case let error as NetworkError:
            switch error.code {
            case .unreadable: Code.missing
            case .unwritable: Code.cannotWrite
            default: Code.refused
            }
        case let error as SegmentationError:
            error.code == .cancelled ? Code.interrupted : Code.refused
        case let error as StoreError:
            switch error.code {
            case .busy: Code.busy
            case .readOnly, .full: Code.cannotWrite
            case .corrupt, .version, .unreadable: Code.cannotRead
            case .unknown: Code.missing
            case .invalid, .conflict, .tooLarge: Code.refused
            }
        case let error as ServiceError:
            error.code == .unavailable ? Code.unavailable : Code.refused
        case let error as PACSError:
            switch error.code {
            case .unavailable, .incomplete: Code.unavailable
            case .missing: Code.missing
            case .denied, .answer, .refused: Code.refused
            }
        case let error as TrainingError:
            switch error.code {
            case .missing: Code.missing
            case .unwritable: Code.cannotWrite
            default: Code.refused
            }
        case let error as ReportError:
            error.code == .unwritable ? Code.cannotWrite : Code.refused
        case let error as PhantomError:
            error.code == .unwritable ? Code.cannotWrite : Code.refused
        default: nil
        }
    }
}
