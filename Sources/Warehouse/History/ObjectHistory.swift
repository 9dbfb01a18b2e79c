public import Foundation
public import NearEarth

/// All that the store knows of one object: its approaches, each with its versions, and its orbit.
public struct ObjectHistory: Sendable {
    /// SPK-ID.
    public var id: String
    /// The name, as it was said last.
    public var name: String
    /// The orbit, where a lookup or a page brought one.
    public var orbit: ObjectOrbit?
    /// Its approaches by day.
    public var approaches: [Pass]
    /// The last publication.
    public var publication: Publication

    /// One approach and what was said of it.
    public struct Pass: Sendable {
        /// Which approach it is.
        public var key: ApproachKey
        /// What NASA said of it, the oldest first; the last one holds unless it ended.
        public var versions: [PassVersion]

        /// Whether it is published now.
        public var isPublished: Bool { versions.last?.ended == nil }
    }

    /// What NASA said of an approach for a time.
    public struct PassVersion: Sendable {
        /// What it said.
        public var approach: CloseApproach
        /// Who said so first, and last.
        public var since: Source
        /// Who said so last.
        public var last: Source
        /// Who said otherwise: other facts (`revised`), or that there is no such approach (`retired`).
        public var ended: (by: Source, kind: String)?
    }

    /// An answer of NASA's.
    public struct Source: Sendable, Encodable {
        /// When NASA gave it, by its clock.
        public var saidAt: Date
        /// The landed file of its body.
        public var file: String
        /// SHA-256 of the body.
        public var sha256: String
        /// The run that published it.
        public var run: RunID?
    }
}

extension Store {
    /// What the store knows of an object; nil for nothing. Behind a cut, what it knew then.
    public func object(_ id: String, asOf cut: Cut? = nil) async throws(StoreError) -> ObjectHistory? {
        try await database.read { session in
            let scope = try Scope(days: [], objects: [id], session)
            func counts(_ observation: LoggedObservation) -> Bool { cut?.includes(observation) ?? true }
            let passes = try scope.approaches.keys.filter { $0.id == id }.sorted().map { key in
                ObjectHistory.Pass(
                    key: key, versions: try scope.versions(of: key, where: counts).map(ObjectHistory.PassVersion.init))
            }.filter { !$0.versions.isEmpty }
            let orbits = versions(scope.sayings(ofOrbit: id).filter { counts($0.by) })
            let orbit = orbits.last?.row
            let newest = passes.flatMap(\.versions).max { $0.last.saidAt < $1.last.saidAt }
            guard let name = newest?.approach.name ?? orbit?.name else { return nil }
            return ObjectHistory(
                id: id, name: name, orbit: orbit, approaches: passes, publication: try Publication(session))
        }
    }
}

extension ObjectHistory.PassVersion {
    fileprivate init(_ version: Version<ApproachRow>) throws {
        self.init(
            approach: try CloseApproach(stored: version.row.facts), since: .init(version.since),
            last: .init(version.last),
            ended: version.end.map { (by: .init($0.by), kind: $0.kind.rawValue) })
    }
}

extension ObjectHistory.Source {
    fileprivate init(_ observation: LoggedObservation) {
        self.init(
            saidAt: Timestamp.date(milliseconds: observation.stamp.service), file: observation.file,
            sha256: observation.stamp.sha256, run: observation.published?.by)
    }
}

extension ObjectHistory {
    /// The object as JSON; approaches in it have NASA's digits.
    public var json: [UInt8] {
        let passes = approaches.map { pass in
            JSONText.line(
                PassMembers(
                    orbitingBody: pass.key.orbitingBody, observationDate: pass.key.date, isPublished: pass.isPublished),
                adding: ["versions": JSONText.list(pass.versions.map(\.json))])
        }
        return JSONText.line(
            Members(id: id, name: name, orbit: orbit.map(Self.members)), adding: ["approaches": JSONText.list(passes)])
    }

    private struct Members: Encodable {
        var id: String
        var name: String
        var orbit: [String: String]?
    }

    private struct PassMembers: Encodable {
        var orbitingBody: String
        var observationDate: CalendarDate
        var isPublished: Bool
    }

    /// The orbit's values that are there, as NASA's texts.
    private static func members(_ orbit: ObjectOrbit) -> [String: String] {
        Dictionary(
            zip(ObjectOrbit.columns, orbit.values).compactMap { column, value in value.map { (column, $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}

extension ObjectHistory.PassVersion {
    fileprivate var json: [UInt8] {
        JSONText.line(
            Members(
                since: since, last: last, endedBy: ended?.by, endedKind: ended?.kind,
                missDistanceLd: approach.lunarDistances),
            adding: ["approach": ApproachForm.facts.bytes(approach)])
    }

    private struct Members: Encodable {
        var since: ObjectHistory.Source
        var last: ObjectHistory.Source
        var endedBy: ObjectHistory.Source?
        var endedKind: String?
        var missDistanceLd: Double?
    }
}
