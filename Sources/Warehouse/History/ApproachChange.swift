public import Foundation
public import NearEarth

/// A change of what is published: of one approach, by one run.
public struct ApproachChange: Sendable {
    /// What kind of change.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// It was not there before.
        case new
        /// NASA states other facts.
        case revised
        /// NASA leaves it out where it had it; it is no longer published.
        case retired
        /// It was retired, and is there again.
        case returned
        /// The same pass, on another day: a retirement and an arrival in one.
        case moved
    }

    /// What kind of change.
    public var kind: Kind
    /// The approach as it is since; of one that was retired, as it was before.
    public var approach: CloseApproach
    /// What was published before; nil for `new` and `returned`.
    public var before: CloseApproach?
    /// What is published since; nil for `retired`.
    public var after: CloseApproach?
    /// The run that published it, and when.
    public var run: RunID
    /// When that was.
    public var publishedAt: Date
    /// The answer that says so: its landed file, its digest, and when NASA gave it.
    public var file: String
    /// SHA-256 of the answer's body.
    public var sha256: String
    /// When NASA gave the answer, by its clock.
    public var saidAt: Date

    /// Passes of one object are at least 44 days apart; what lies nearer is the same pass.
    public static let samePassDays = 20
}

/// Changes of a time.
public struct ChangeList: Sendable {
    /// The newest first.
    public var changes: [ApproachChange]
    /// Up to this moment.
    public var until: Date
    /// The publication that was the last one when the list was made.
    public var publication: Publication
}

extension [ApproachChange] {
    /// Arrivals on one day paired with departures from another one nearby of the same object and body: each pair is one
    /// `moved`, at the later of the two. Not where either day saw another change between them; of several, those
    /// nearest in time.
    func joiningMoves() -> [ApproachChange] {
        var changes = self
        var joined = Set<Int>()
        let byPasser = Dictionary(grouping: indices) { index in
            "\(self[index].approach.id) \(self[index].approach.orbitingBody)"
        }
        for indices in byPasser.values where indices.count > 1 {
            var departures = indices.filter { self[$0].kind == .retired }
            for arrival in indices where self[arrival].kind == .new || self[arrival].kind == .returned {
                let partners = departures.filter { isMove(from: $0, to: arrival, among: indices) }
                guard let departure = partners.min(by: { apart($0, arrival) < apart($1, arrival) }) else { continue }
                departures.removeAll { $0 == departure }
                let isArrivalLater = self[arrival].publishedAt >= self[departure].publishedAt
                let (later, earlier) = isArrivalLater ? (arrival, departure) : (departure, arrival)
                changes[later].kind = .moved
                changes[later].approach = self[arrival].approach
                (changes[later].before, changes[later].after) = (self[departure].before, self[arrival].after)
                joined.insert(earlier)
            }
        }
        return changes.indices.filter { !joined.contains($0) }.map { changes[$0] }
    }

    private func apart(_ one: Int, _ other: Int) -> TimeInterval {
        abs(self[one].publishedAt.timeIntervalSince(self[other].publishedAt))
    }

    private func isMove(from departure: Int, to arrival: Int, among indices: [Int]) -> Bool {
        guard let old = self[departure].before?.observationDate, let new = self[arrival].after?.observationDate,
            old != new, abs(old.daysSinceEpoch - new.daysSinceEpoch) <= ApproachChange.samePassDays
        else { return false }
        let times = [self[departure].publishedAt, self[arrival].publishedAt].sorted()
        return !indices.contains { index in
            let day = self[index].approach.observationDate
            guard index != departure, index != arrival else { return false }
            return (day == old || day == new) && self[index].publishedAt >= times[0]
                && self[index].publishedAt <= times[1]
        }
    }
}
