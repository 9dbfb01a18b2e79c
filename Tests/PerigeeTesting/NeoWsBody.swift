import Foundation

/// A feed body read with `StrictJSON`: what the published rows must be, digit for digit.
public struct NeoWsBody: Sendable {
    /// The thirteen values of each approach in the processed CSV's order, absent ones empty; days and objects as they
    /// stand.
    public private(set) var rows: [[String]] = []

    /// A body without approaches.
    public init() {}

    /// Reads a feed.
    public init(_ data: Data) throws {
        let days = try StrictJSON.read(Array(data)).value["near_earth_objects"]?.members ?? []
        rows = days.flatMap { _, objects in
            objects.elements.flatMap { object in
                (object["close_approach_data"]?.elements ?? []).map { Self.row(object, $0) }
            }
        }
    }

    /// Takes another body's approaches in behind these.
    public mutating func append(_ other: NeoWsBody) { rows += other.rows }

    /// How many approaches there are.
    public var count: Int { rows.count }

    private static func row(_ object: StrictJSON.Value, _ approach: StrictJSON.Value) -> [String] {
        let diameter = object["estimated_diameter"]?["kilometers"]
        let values = [
            object["id"] ?? object["neo_reference_id"], object["neo_reference_id"], object["name"],
            object["absolute_magnitude_h"],
            object["is_potentially_hazardous_asteroid"], diameter?["estimated_diameter_max"],
            diameter?["estimated_diameter_min"],
            approach["close_approach_date_full"], approach["relative_velocity"]?["kilometers_per_second"],
            approach["miss_distance"]?["kilometers"], approach["orbiting_body"], approach["close_approach_date"],
            object["is_sentry_object"],
        ]
        return values.map { $0?.text ?? "" }
    }

    /// The rows as lines of RFC 4180.
    public var lines: [String] { rows.map(Self.line) }

    /// Fields as a line of RFC 4180.
    public static func line(_ fields: [String]) -> String {
        fields.map {
            $0.contains { ",\"\r\n".contains($0) } ? "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : $0
        }.joined(separator: ",")
    }
}
