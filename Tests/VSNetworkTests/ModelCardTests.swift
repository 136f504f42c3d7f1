import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// The card beside a model file.
struct ModelCardTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func card(_ text: String) throws -> ModelCard {
        try ModelCard(Data(text.utf8), subject: "card")
    }

    @Test("what is written is read again")
    func roundTrip() throws {
        let card = ModelCard(
            boundarySDMm: 0.17, grossErrorShare: 0.02,
            calibration: CalibrationNote(
                pairs: 40, leftOut: 2, lowMm: 0.14, highMm: 0.2, data: "phantoms",
                softwareVersion: "0"),
            scope: ModelScope(postSurgery: true))
        try card.write(to: folder.file("card.json"))
        #expect(try ModelCard(contentsOf: folder.file("card.json")) == card)
        #expect(try self.card("{}") == ModelCard())
    }

    @Test("it takes the place of the description's words, and says nothing of the rest")
    func merged() throws {
        var description = brightnessModel(slope: 1, offset: 0).description
        description.boundarySDMm = 0.3
        #expect(description.with(ModelCard()) == description)
        let scoped = description.with(try card(#"{"scope": {"postSurgery": true}}"#))
        #expect(scoped.boundarySDMm == 0.3 && scoped.scope?.postSurgery == true)
        let measured = scoped.with(try card(#"{"boundarySDMm": 0.2}"#))
        #expect(measured.boundarySDMm == 0.2 && measured.scope?.postSurgery == true)
        #expect(measured.calibration == nil && measured.grossErrorShare == nil)
        let failing = description.with(
            try card(#"{"boundarySDMm": 0.2, "grossErrorShare": 0.03}"#))
        #expect(failing.grossErrorShare == 0.03)
    }

    @Test(
        "a card that cannot be used is refused, saying why",
        arguments: [
            ("[]", "no JSON of a card"), ("{", "no JSON of a card"),
            (#"{"boundarySDMm": "thin"}"#, "no JSON of a card"),
            (#"{"boundarySDMm": 0}"#, "boundarySDMm is 0.0"),
            (#"{"boundarySDMm": 12}"#, "boundarySDMm is 12.0"),
            (#"{"grossErrorShare": 0.6}"#, "grossErrorShare is 0.6"),
            (#"{"boundary": 0.2}"#, "boundary is not known"),
        ])
    func refused(text: String, why: String) {
        let error = #expect(throws: NetworkError.self) { try card(text) }
        #expect(error?.message.contains(why) == true, "\(String(describing: error))")
    }

    @Test("a card that is not there is named")
    func missing() {
        let error = #expect(throws: NetworkError.self) {
            try ModelCard(contentsOf: folder.file("none.json"))
        }
        #expect(error?.subject.hasSuffix("none.json") == true)
    }
}
