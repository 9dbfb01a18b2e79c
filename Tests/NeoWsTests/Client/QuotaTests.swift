import NeoWs
import Support
import Testing

@Suite("Quota and Backoff")
struct QuotaTests {
    private let start = ContinuousClock.now

    @Test func nothingKnownMeansNoDelay() {
        var quota = Quota()
        #expect(quota.delay(now: start, needed: 10_000) == .zero)
        #expect(quota.remaining == nil && quota.limit == nil)
    }

    @Test func enoughForThePlanMeansNoDelayHoweverLittle() {
        var quota = Quota()
        quota.note(limit: 1000, remaining: 12)
        #expect(quota.delay(now: start, needed: 12) == .zero)
        #expect(quota.delay(now: start, needed: 13) > .zero)
    }

    @Test func plentyMeansNoDelayHoweverLongThePlan() {
        var quota = Quota()
        quota.note(limit: 1000, remaining: 200)
        #expect(quota.delay(now: start, needed: 100_000) == .zero)
    }

    @Test func delaysGrowAsTheRestShrinksAndStayBelowTwoSeconds() {
        var quota = Quota()
        var last = Duration.zero
        for remaining in stride(from: 199, through: 1, by: -1) {
            quota.note(limit: 1000, remaining: remaining)
            let delay = quota.delay(now: start, needed: 5000)
            #expect(delay >= last && delay <= .seconds(2))
            last = delay
        }
        #expect(last > .seconds(1))
    }

    @Test func whatIsSentCountsBeforeTheAnswerComes() {
        var quota = Quota()
        quota.note(limit: 1000, remaining: 2)
        quota.spend(now: start)
        #expect(quota.remaining == 1)
        quota.spend(now: start)
        quota.spend(now: start)
        #expect(quota.remaining == 0)
        #expect(quota.delay(now: start, needed: 1) > .zero)
    }

    @Test func retryAfterIsBelievedAboveZero() {
        var quota = Quota()
        quota.refused(now: start, retryAfter: .seconds(17))
        #expect(quota.delay(now: start, needed: 1) == .seconds(17))
        #expect(quota.delay(now: start + .seconds(10), needed: 1) == .seconds(7))
        #expect(quota.delay(now: start + .seconds(17), needed: 1) == .zero)
    }

    @Test(arguments: [Duration.zero, .seconds(-5), nil])
    func aRefusalThatDoesNotSayHowLongTakesAMinuteAndDoubles(_ retryAfter: Duration?) {
        var quota = Quota()
        quota.note(limit: 1000, remaining: 0)
        var now = start
        for expected in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
            quota.refused(now: now, retryAfter: retryAfter)
            #expect(quota.delay(now: now, needed: 1) == .seconds(expected))
            now += .seconds(expected)
            #expect(quota.delay(now: now, needed: 1) == .zero)
        }
        quota.granted()
        quota.refused(now: now, retryAfter: nil)
        #expect(quota.delay(now: now, needed: 1) == .seconds(60))
    }

    @Test func aRefusalWhileRequestsAreLeftIsABurst() {
        var quota = Quota()
        quota.note(limit: 1000, remaining: 900)
        var now = start
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            quota.refused(now: now, retryAfter: nil)
            #expect(quota.delay(now: now, needed: 1) == .seconds(expected))
            now += .seconds(expected)
        }
    }

    @Test func aQuotaSpentByThisProcessRefillsWhenItsFirstRequestLeavesTheWindow() {
        var quota = Quota()
        for second in 0..<30 { quota.spend(now: start + .seconds(second)) }
        quota.note(limit: 30, remaining: 0)
        #expect(quota.delay(now: start + .seconds(600), needed: 1) == .seconds(3000))
        #expect(quota.remaining == 0)
    }

    @Test func aQuotaThatOthersSpentIsTriedAfterAMinute() {
        var quota = Quota()
        quota.spend(now: start)
        quota.note(limit: 30, remaining: 0)
        #expect(quota.delay(now: start, needed: 1) == .seconds(60))
    }

    @Test(arguments: [30, 1])
    func aWaitForTheRefillEndsWithARequest(sent: Int) {
        var quota = Quota()
        for _ in 0..<sent { quota.spend(now: start) }
        quota.note(limit: 30, remaining: 0)
        let wait = quota.delay(now: start, needed: 1)
        #expect(quota.delay(now: start + wait / 2, needed: 1) < wait)
        #expect(quota.delay(now: start + wait, needed: 1) == .zero)
        quota.spend(now: start + wait)
        quota.note(limit: 30, remaining: 0)
        #expect(quota.delay(now: start + wait, needed: 1) >= .seconds(60))
    }

    @Test func hoursOfSendingDoNotMakeARefusalLookShort() {
        var quota = Quota()
        for minute in 0..<180 { quota.spend(now: start + .seconds(minute * 60)) }
        let now = start + .seconds(10_900)
        quota.note(limit: 30, remaining: 0)
        quota.refused(now: now, retryAfter: nil)
        #expect(quota.delay(now: now, needed: 1) >= .seconds(60))
    }

    @Test func backoffDoublesWithinItsBounds() {
        let backoff = Backoff(base: .milliseconds(200), cap: .seconds(20))
        for attempt in 1...100 {
            let low = backoff.delay(afterAttempt: attempt, random: 0)
            let high = backoff.delay(afterAttempt: attempt, random: 1)
            #expect(low == high * 0.5)
            #expect(
                high == (attempt <= 7 ? .milliseconds(200 << (attempt - 1)) : .seconds(20))
                    || (attempt > 6 && high <= .seconds(20)))
            #expect(low >= .milliseconds(100))
        }
        #expect(backoff.delay(afterAttempt: 1, random: 1) == .milliseconds(200))
        #expect(backoff.delay(afterAttempt: 4, random: 1) == .milliseconds(1600))
        #expect(backoff.delay(afterAttempt: 50, random: 1) == .seconds(20))
    }
}
