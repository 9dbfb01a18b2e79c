/// Whole feeds to try a reader on: written for the purpose, and those that were recorded where `../shared` is at hand.
public struct Specimen: Sendable, CustomStringConvertible {
    /// What it is called in a test's output.
    public let description: String
    /// The body.
    public let bytes: [UInt8]
    /// How many objects it lists, each with one approach.
    public let objects: Int
    /// How many days it lists.
    public let days: Int

    /// Today's form, and the one of 2015 with orbits; each written and, where there is one, recorded.
    public static let all = written + recorded

    /// Those with orbits.
    public static let detailed = all.filter { $0.description.contains("detailed") }

    private static let written = [
        Specimen(description: "written feed", bytes: Array(Sample.week.utf8), objects: 3, days: 2),
        Specimen(description: "written detailed feed", bytes: Array(Sample.detailed.utf8), objects: 2, days: 2),
    ]

    private static let recorded = [
        ("feed_2023-11-29_2023-12-06.json", 129, 8), ("feed_2015-09-07_2015-09-10_detailed.json", 37, 4),
    ].compactMap { recorded in
        (try? Shared.capture(recorded.0)).map {
            Specimen(description: recorded.0, bytes: Array($0), objects: recorded.1, days: recorded.2)
        }
    }
}
