import Foundation

/// The rows for analysts: `parquet/year=2020/nasa_neo_processed_2020-02-10.parquet`, zstd, in place of those made of the same body before.
struct ParquetFolder {
    let landing: String

    /// `written` are the new files by the name of the processed CSV; each is in a folder `year=Y/file=NAME`.
    func replace(_ files: some Collection<String>, with written: [String: [String]]) throws(SparkEngineError) {
        let root = "\(landing)/parquet"
        try WorkFolder.make(root)
        var kept: Set<String> = []
        for (file, sources) in written {
            for source in sources {
                let parts = source.split(separator: "/")
                guard parts.count > 3, case let year = parts[parts.count - 3], year.hasPrefix("year=") else { continue }
                try WorkFolder.make("\(root)/\(year)")
                let target = "\(year)/\(Self.name(file))"
                try WorkFolder.move(source, to: "\(root)/\(target)")
                kept.insert(target)
            }
        }
        let years = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for year in years where year.hasPrefix("year=") {
            for file in files where !kept.contains("\(year)/\(Self.name(file))") {
                try? FileManager.default.removeItem(atPath: "\(root)/\(year)/\(Self.name(file))")
            }
        }
    }

    private static func name(_ csv: String) -> String {
        (csv.hasSuffix(".csv") ? String(csv.dropLast(4)) : csv) + ".parquet"
    }
}

/// The columns of the rows in Parquet, as `ViewSQL.rows` has them.
enum RowSchema {
    static let ddl = """
        batch STRING, source STRING, sequence INT, position INT, id STRING, neo_reference_id STRING, name STRING, absolute_magnitude_h DECIMAL(38,18), \
        is_potentially_hazardous_asteroid BOOLEAN, estimated_diameter_km_max DECIMAL(38,18), estimated_diameter_km_min DECIMAL(38,18), \
        close_approach_date_full STRING, velocity_kps DECIMAL(38,18), miss_distance_km DECIMAL(38,18), orbiting_body STRING, observation_date DATE, \
        is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(38,18), miss_distance_au_text STRING, source_record STRING, \
        year INT, file STRING
        """
}
