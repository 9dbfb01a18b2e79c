import NearEarth
import Support
import Synchronization
import Transform
import Warehouse

/// `perigee approaches --json`: schema `perigee.approaches/1`, with `approaches` before it: the same objects as in the
/// HTTP API, numbers with NASA's digits.
struct ApproachesOutput: Encodable {
    var schema = "perigee.approaches/1"
    var count: Int
}

/// How a list of approaches is written for programs.
enum ApproachFormat {
    /// One object with a list.
    case json
    /// An object a line.
    case ndjson
    /// RFC 4180.
    case csv

    /// Writes all approaches of a query to standard output while they are read, in memory that does not grow with them.
    func write(_ query: ApproachQuery, _ fields: Set<ApproachField>?, _ store: Store) async throws {
        let usual = self == .csv ? ApproachField.processed : Set(ApproachField.allCases)
        let form = ApproachForm(
            self == .csv ? .csv : .json, fields ?? usual, separator: self == .ndjson ? "\n" : ",")
        do {
            switch self {
            case .csv:
                // As in the processed file, which has a name of its own for the day.
                Terminal.write(fields == nil ? ProcessedCSV.columns.joined(separator: ",") + "\r\n" : form.header)
                _ = try await store.write(query, as: form, to: Terminal.write)
            case .ndjson: _ = try await store.write(query, as: form, to: Terminal.write)
            case .json:
                // Behind the last object there is no comma.
                let last = Mutex<[UInt8]>(Array("{\"approaches\":[".utf8))
                let count = try await store.write(query, as: form) { bytes in
                    last.withLock { last in
                        guard !bytes.isEmpty else { return true }
                        defer { last = bytes }
                        return Terminal.write(last)
                    }
                }
                let end = last.withLock { count > 0 ? Array($0.dropLast()) : $0 }
                _ = Terminal.write(end)
                Terminal.print("]," + JSONText.line(ApproachesOutput(count: count)).dropFirst())
            }
        } catch let error as ApproachListError {
            throw CommandFailure(
                .tryLater, "the data was published anew while it was read (\(error)): the list is not whole",
                next: "run the same command again")
        }
    }
}

extension ApproachField {
    /// The columns of the processed file.
    static let processed = Set(allCases.filter { field in ApproachColumn.csv.contains { $0 == field.column } })
}

/// Approaches as a table for people; the digits are shortened, the store has them all.
enum ApproachTable {
    static func text(_ approaches: [CloseApproach], _ screen: Screen, tellsDropped: Bool = true) -> String {
        let onlyEarth = approaches.allSatisfy { $0.orbitingBody == "Earth" }
        return TextTable(
            [
                .date, .id, .name,
                // Where all are Earth's, the column goes first; where not, it is the last to go.
                .init("body", yields: .drop(onlyEarth ? 0 : 9)),
                .distance, .init("km", .right, yields: .drop(1)), .speed, .magnitude, .size, .flags,
            ],
            approaches.map { approach in
                [
                    approach.approachDateFull ?? "\(approach.observationDate)", approach.id, approach.name,
                    approach.orbitingBody, approach.distanceText,
                    Decimals.text(Double(approach.missDistanceKilometers) ?? 0, 0), approach.speedText,
                    approach.absoluteMagnitude ?? "", approach.sizeText, approach.flagsText,
                ]
            }
        ).text(screen, tellsDropped: tellsDropped)
    }
}

extension TextTable.Column {
    /// When, as NASA says it.
    static let date = Self("date (TDB)")
    static let id = Self("SPK-ID", yields: .drop(3))
    static let name = Self("name", yields: .shorten(5, to: 14))
    /// In lunar distances; nearer than the Moon is marked.
    static let distance = Self("LD", .right) { Double($0).map { $0 < 1 } ?? false ? .warning : .plain }
    static let speed = Self("km/s", .right, yields: .drop(6))
    /// Absolute magnitude.
    static let magnitude = Self("H", .right, yields: .drop(2))
    static let size = Self("size (m)", .right, yields: .drop(7))
    /// Whether it is potentially hazardous, and on JPL's Sentry list.
    static let flags = Self("flags", yields: .drop(8)) { _ in .bad }
}

extension CloseApproach {
    /// Lunar distances with two decimals, for tables.
    var distanceText: String { lunarDistances.map { Decimals.text($0, 2) } ?? "" }
    /// Kilometers a second with two decimals.
    var speedText: String { Decimals.text(Double(velocityKilometersPerSecond) ?? 0, 2) }
    /// The diameter's bounds in meters: `12 to 27`.
    var sizeText: String {
        let bounds = [diameterMinKilometers, diameterMaxKilometers].compactMap { $0.flatMap(Double.init) }
        guard bounds.count == 2 else { return "" }
        return bounds.map { Self.meters($0 * 1000) }.joined(separator: " to ")
    }
    /// `PHA` where it is potentially hazardous, `Sentry` where it is on that list.
    var flagsText: String {
        [isPotentiallyHazardous ? "PHA" : nil, isSentryObject == true ? "Sentry" : nil].compactMap(\.self)
            .joined(separator: " ")
    }

    private static func meters(_ value: Double) -> String {
        value < 10 ? Decimals.text(value, 1) : Int(value.rounded()).grouped()
    }
}
