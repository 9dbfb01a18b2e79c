/// Approaches as an engine hands them to a store: `DelimitedText`, a line each, flags as 1 and 0. Databases take it as it is, and no value
/// becomes an object on its way there.
public struct ApproachRows: Sendable, Hashable {
    /// The columns of a line.
    public static let columns = [
        "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max",
        "estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date",
        "is_sentry_object", "epoch_ms", "miss_distance_au", "source", "source_record",
    ]

    /// The lines.
    public private(set) var text: [UInt8] = []
    /// How many they are.
    public private(set) var count = 0
    /// How many of them each day of approach has.
    public private(set) var perDay: [CalendarDate: Int] = [:]
    /// Whether two of them may have one key (SPK-ID, orbiting body, day of approach); where it is false, no two have.
    public private(set) var mayRepeat = false

    private var keys: Set<Int> = []
    /// Where each line ends, behind its line feed.
    private var ends: [Int] = []
    /// Where the values of the row under way begin.
    private var starts: [Int] = []

    /// No rows yet.
    public init() {}

    /// Rows of these approaches.
    public init(_ approaches: [CloseApproach], source: Batch.Source) {
        for approach in approaches {
            let flag = { (flag: Bool) in flag ? "1" : "0" }
            DelimitedText.append(
                [
                    approach.id, approach.neoReferenceID, approach.name, approach.absoluteMagnitude, flag(approach.isPotentiallyHazardous),
                    approach.diameterMaxKilometers, approach.diameterMinKilometers, approach.approachDateFull, approach.velocityKilometersPerSecond,
                    approach.missDistanceKilometers, approach.orbitingBody, "\(approach.observationDate)", approach.isSentryObject.map(flag),
                    approach.epochMilliseconds.map(String.init), approach.missDistanceAU, source.rawValue, approach.record,
                ], to: &text)
            var key = Hasher()
            key.combine(approach.id)
            key.combine(approach.orbitingBody)
            key.combine(approach.observationDate)
            note(day: approach.observationDate, key)
        }
    }

    // MARK: Writing, value by value

    /// Appends a value of the row under way; `write` appends its bytes.
    public mutating func append(_ write: (inout [UInt8]) -> Void) {
        let start = text.count
        starts.append(start)
        write(&text)
        DelimitedText.escape(&text, from: start)
        text.append(0x09)
    }

    /// Appends NULL.
    public mutating func appendNull() {
        starts.append(text.count)
        text += DelimitedText.null
        text.append(0x09)
    }

    /// Ends the row.
    public mutating func endRow() {
        text[text.count - 1] = 0x0A
        var key = Hasher()
        for column in [0, 10, 11] {
            value(column).withUnsafeBytes { key.combine(bytes: $0) }
            key.combine(column)
        }
        note(day: CalendarDate(ascii: value(11)), key)
        starts.removeAll(keepingCapacity: true)
    }

    /// A value of the row that ends here, without the tab behind it.
    private func value(_ column: Int) -> ArraySlice<UInt8> { text[starts[column]..<(starts[column + 1] - 1)] }

    /// Counts a row. One without a day is taken for one that may repeat: its key can't be told.
    private mutating func note(day: CalendarDate?, _ key: Hasher) {
        count += 1
        ends.append(text.count)
        let isNew = keys.insert(key.finalize()).inserted
        guard let day, isNew else {
            mayRepeat = true
            return
        }
        perDay[day, default: 0] += 1
    }

    // MARK: Reading

    /// Where the lines stand in the text, without their line feeds.
    public var lines: some Sequence<Range<Int>> {
        ends.indices.lazy.map { (index: Int) in (index == 0 ? 0 : ends[index - 1])..<(ends[index] - 1) }
    }

    /// The rows as approaches.
    public var approaches: [CloseApproach] {
        text.split(separator: 0x0A).compactMap { line in
            let values = DelimitedText.values(line)
            guard values.count == Self.columns.count, let id = values[0], let reference = values[1], let name = values[2], let speed = values[8],
                let distance = values[9], let body = values[10], let date = values[11].flatMap({ CalendarDate($0) }), let record = values[16]
            else { return nil }
            return CloseApproach(
                id: id, neoReferenceID: reference, name: name, absoluteMagnitude: values[3], isPotentiallyHazardous: values[4] == "1",
                diameterMaxKilometers: values[5], diameterMinKilometers: values[6], approachDateFull: values[7], velocityKilometersPerSecond: speed,
                missDistanceKilometers: distance, missDistanceAU: values[14], orbitingBody: body, observationDate: date,
                epochMilliseconds: values[13].flatMap { Int64($0) }, isSentryObject: values[12].map { $0 == "1" }, record: record)
        }
    }
}
