/// Everything that an environment variable, `.env` or the configuration file can set, in one place.
///
/// The order is option > environment > `.env` > configuration file > default.
enum Setting: String, CaseIterable {
    case store
    case landing
    case engine
    case spark
    case sparkCa
    case sparkMasterUi
    case sparkProgram
    case apiUrl
    case concurrency
    case attempts
    case maxWait
    case connectTimeout
    case idleTimeout
    case requestTimeout
    case logLevel
    case every
    case cron
    case timeZone
    case start
    case catchup
    case lookBack
    case misfire
    case misfireGrace
    case retries
    case retryDelay
    case stageTimeout

    /// Its environment variable. swift-configuration derives the same name from the key and the prefix.
    var variable: String {
        "PERIGEE_"
            + rawValue.reduce(into: "") { name, character in
                if character.isUppercase { name += "_" }
                name += character.uppercased()
            }
    }

    /// The value where nobody sets one.
    var defaultValue: String {
        switch self {
        case .store: "sqlite:data/perigee.sqlite"
        case .landing: "data/landing"
        case .engine: "embedded"
        case .spark: "sc://localhost:15002"
        case .sparkCa, .sparkMasterUi, .sparkProgram: ""
        case .apiUrl: "https://api.nasa.gov/neo/rest/v1"
        case .concurrency: "4"
        case .attempts: "8"
        case .maxWait: "5m"
        case .connectTimeout: "10s"
        case .idleTimeout: "30s"
        case .requestTimeout: "2m"
        case .logLevel: "warning"
        case .every: "7d"
        case .cron, .start: ""
        case .timeZone: "UTC"
        case .catchup: "false"
        case .lookBack: "7"
        case .misfire: "run"
        case .misfireGrace: "1h"
        case .retries: "2"
        case .retryDelay: "1m"
        case .stageTimeout: "1h"
        }
    }
}

/// The variables that are no settings: secrets, which neither an option nor the configuration file may carry, and the
/// configuration file's own place.
enum Variable {
    static let key = "NASA_API_KEY"
    static let keyFile = "NASA_API_KEY_FILE"
    static let storePassword = "PERIGEE_STORE_PASSWORD"
    static let storePasswordFile = "PERIGEE_STORE_PASSWORD_FILE"
    static let sparkToken = "PERIGEE_SPARK_TOKEN"
    static let sparkTokenFile = "PERIGEE_SPARK_TOKEN_FILE"
    static let configFile = "PERIGEE_CONFIG"
}
