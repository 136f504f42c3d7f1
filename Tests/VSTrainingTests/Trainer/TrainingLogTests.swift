import Foundation
import Testing
import VSTestSupport
import VSTraining

struct TrainingLogTests {
    private static func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    static let header = "iteration,loss,learning_rate,validation_dice,seconds"

    @Test("a line holds iteration, loss, rate, Dice where there is one, and seconds")
    func line() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        let log = try TrainingLog(path: path, keeping: 0)
        try log.append(
            iteration: 1, loss: 0.75, learningRate: 1e-4, validationDice: nil, seconds: 0.25)
        try log.append(
            iteration: 2, loss: 0.5, learningRate: 5e-5, validationDice: 2.0 / 3, seconds: 100)
        #expect(
            try Self.lines(path) == [
                Self.header, "1,0.750000,0.0001,,0.2", "2,0.500000,5e-05,0.66667,100.0",
            ])
    }

    @Test("a new run starts a new log, a resumed one keeps its lines and drops those after it")
    func keeping() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        let lines = [Self.header] + (1...12).map { "\($0),0.5,0.1,,1.0" }
        let text = lines.joined(separator: "\n") + "\n"
        for (last, expected) in [(9, 10), (12, 13), (20, 13), (0, 1)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            _ = try TrainingLog(path: path, keeping: last)
            #expect(try Self.lines(path) == Array(lines[0..<expected]))
        }
    }

    @Test("a line cut short by a kill is dropped, also where it looks like an earlier one")
    func cutLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        let whole = "\(Self.header)\n1,0.5,0.1,,1.0\n2,0.5,0.1,,2.0\n"
        for rest in ["1", "1,0.4", "2,0.5,0.1,", "3,0.5,0.1,,3", "text", "\n\n"] {
            try Data((whole + rest).utf8).write(to: URL(fileURLWithPath: path))
            let log = try TrainingLog(path: path, keeping: 2)
            try log.append(
                iteration: 3, loss: 0.4, learningRate: 0.1, validationDice: nil, seconds: 3)
            #expect(
                try Self.lines(path) == [
                    Self.header, "1,0.5,0.1,,1.0", "2,0.5,0.1,,2.0", "3,0.400000,0.1,,3.0",
                ])
        }
    }

    @Test("a log that was lost starts again at its header")
    func lost() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("log.csv")
        _ = try TrainingLog(path: path, keeping: 5)
        #expect(try Self.lines(path) == [Self.header])
    }

    @Test("a full disk is an error and no crash")
    func fullDisk() async {
        // A process of its own, whose files may not grow past 200 bytes.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let log = try TrainingLog(path: folder.file("log.csv"), keeping: 0)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = 200
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let error = #expect(throws: TrainingError.self) {
                for iteration in 1...20 {
                    try log.append(
                        iteration: iteration, loss: 0.5, learningRate: 0.1, validationDice: nil,
                        seconds: 1)
                }
            }
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            #expect(error?.code == .unwritable)
            #expect(error?.subject == folder.file("log.csv"))
        }
    }
}
