import Testing
import VSGrowth

@Suite struct SentenceTests {
    @Test(
        "numbers have one decimal below ten",
        arguments: [
            (0.0, "0.0"), (0.04, "0.0"), (-0.04, "0.0"), (9.94, "9.9"), (9.95, "10"), (9.96, "10"),
            (-3.25, "-3.3"), (123.4, "123"), (-12.6, "-13"), (.nan, "unknown"),
            (.infinity, "unknown"),
        ])
    func number(value: Double, text: String) {
        #expect(Words.number(value) == text)
    }

    @Test(
        "signs are written, but not on a zero",
        arguments: [
            (12.3, "+12"), (-12.3, "-12"), (0, "+0.0"), (-0.01, "+0.0"), (-0.06, "-0.1"),
            (1e30, "+1000000000000000"),
        ])
    func signed(value: Double, text: String) {
        #expect(Words.signed(value) == text)
    }

    @Test(
        "no probability is called certain",
        arguments: [
            (1.0, "over 0.99"), (0.9951, "over 0.99"), (0.994, "0.99"), (0.5, "0.50"),
            (0.0051, "0.01"), (0.0049, "under 0.01"), (0, "under 0.01"), (0.071, "0.07"),
        ])
    func probability(value: Double, text: String) {
        #expect(Words.probability(value) == text)
    }

    @Test func `a sentence holds the numbers that decided, with both dates`() throws {
        let sentence = try #require(GrowthCurve(try yearly([500, 650])).assessment()).sentence
        #expect(
            sentence
                == "+30 % against baseline of 2018-01-01 (2019-01-01); a rise of 15 % would "
                + "exceed measurement error, and the probability of any growth is over 0.99; by the 2 "
                + "exams together, the probability of a true rise by 20 % or more is 0.76.")
    }

    @Test func `a fall is held against the smallest fall that exceeds error`() throws {
        let sentence = try #require(GrowthCurve(try yearly([650, 500])).assessment()).sentence
        // 1 / 1.15 = 0.87.
        #expect(sentence.contains("-23 % against") && sentence.contains("a fall of 13 % would"))
    }

    /// Every class that a curve can reach, with a curve that reaches it.
    private func everySentence() throws -> [GrowthClass: String] {
        let radiosurgery = Treatment(kind: .radiosurgery, date: try day("2018-06-01"))
        let surgery = Treatment(kind: .surgery, date: try day("2018-06-01"))
        var other = try measured("2019-01-01", 500)
        other.model = "b 2"
        let curves = [
            GrowthCurve(try yearly([500])), GrowthCurve(try yearly([500]) + [other]),
            GrowthCurve(try yearly([500, 505])), GrowthCurve(try yearly([500, 590])),
            GrowthCurve(try yearly([500, 650])), GrowthCurve(try yearly([500, 1200])),
            GrowthCurve(try yearly([500, 420])), GrowthCurve(try yearly([500, 300])),
            GrowthCurve(try yearly([500, 800]), treatments: [radiosurgery]),
            GrowthCurve(try yearly([500, 510, 800]), treatments: [radiosurgery]),
            GrowthCurve(try yearly([500, 510, 480, 490, 800, 810]), treatments: [radiosurgery]),
            GrowthCurve(try yearly([500, 800]), treatments: [surgery]),
        ]
        var result: [GrowthClass: String] = [:]
        for curve in curves {
            let assessment = try #require(curve.assessment())
            result[assessment.growthClass] = assessment.sentence
        }
        return result
    }

    @Test func `no sentence and no title reads as a treatment decision`() throws {
        let sentences = try everySentence()
        #expect(Set(sentences.keys) == Set(GrowthClass.allCases))
        let orders = [
            "should", "must", "recommend", "advise", "treat the", "operate", "irradiate",
            "needs surgery", "needs treatment", "refer ", "indicated", "progression", "safe",
            "urgent", "benign", "malignant", "diagnos",
        ]
        for (growthClass, sentence) in sentences {
            let text = (sentence + " " + growthClass.title).lowercased()
            // The one class that is called so, by a stated rule.
            let banned =
                growthClass == .progression ? orders.filter { $0 != "progression" } : orders
            for order in banned { #expect(!text.contains(order), "\(growthClass): \(text)") }
            #expect(sentence.hasSuffix("."))
            #expect(!sentence.contains(".."))
        }
    }

    @Test func `titles and stored names differ between all classes`() {
        #expect(Set(GrowthClass.allCases.map(\.title)).count == GrowthClass.allCases.count)
        #expect(GrowthClass(rawValue: "post-treatment-enlargement-early") == .earlySwelling)
    }
}
