import Foundation
import Testing
import VSSurveillance

struct CampaignHoursTests {
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)
    private let hour: Double = 3600

    private func hours(in hours: Double = 0, _ from: Int? = nil, _ to: Int? = nil) -> CampaignHours
    {
        CampaignHours(
            startsAt: noon.addingTimeInterval(hours * hour).formatted(.iso8601), from: from, to: to)
    }

    @Test("without a window the work alone takes time, and the wait for the begin")
    func begin() {
        #expect(hours(in: -3).seconds(toDo: 100, from: noon, secondOfDay: 12 * hour) == 100)
        #expect(hours(in: 2).seconds(toDo: 100, from: noon, secondOfDay: 12 * hour) == 7300)
        #expect(hours(in: -3).secondsOpen(at: noon, secondOfDay: 12 * hour) == 3 * hour)
        #expect(hours(in: 2).secondsOpen(at: noon, secondOfDay: 12 * hour) == 0)
    }

    @Test(
        "work fills the nights' windows one after the other",
        arguments: [
            // Hours of work, the hour now, hours until it is done.
            (1.0, 12.0, 11.0), (8.0, 12.0, 18.0), (9.0, 12.0, 35.0), (1.0, 23.0, 1.0),
            (7.0, 23.0, 7.0), (8.0, 23.0, 24.0), (1.0, 5.0, 1.0), (2.0, 5.0, 18.0),
            (10.0, 5.0, 42.0), (1.0, 6.0, 17.0), (1.0, 22.0, 1.0),
        ])
    func window(work: Double, now: Double, expected: Double) {
        let seconds = hours(in: -48, 1320, 360)
            .seconds(toDo: work * hour, from: noon, secondOfDay: now * hour)
        #expect(abs(seconds - expected * hour) < 1e-6)
    }

    @Test("a begin inside a window counts from there; one outside waits for the next opening")
    func beginAndWindow() {
        let inside = hours(in: 11, 1320, 360)
        #expect(inside.seconds(toDo: hour, from: noon, secondOfDay: 12 * hour) == 12 * hour)
        let outside = hours(in: 20, 1320, 360)
        #expect(outside.seconds(toDo: hour, from: noon, secondOfDay: 12 * hour) == 35 * hour)
    }

    @Test("the pace is that of the time since the window opened")
    func open() {
        let night = hours(in: -48, 1320, 360)
        #expect(night.secondsOpen(at: noon, secondOfDay: 22.5 * hour) == hour / 2)
        #expect(night.secondsOpen(at: noon, secondOfDay: 1 * hour) == 3 * hour)
        #expect(night.secondsOpen(at: noon, secondOfDay: 12 * hour) == 0)
        #expect(hours(in: -0.25, 1320, 360).secondsOpen(at: noon, secondOfDay: hour) == hour / 4)
    }

    @Test("a window whose ends are one minute is all day")
    func allDay() {
        #expect(
            hours(in: -1, 60, 60).seconds(toDo: 90_000, from: noon, secondOfDay: 12 * hour)
                == 90_000)
    }
}
