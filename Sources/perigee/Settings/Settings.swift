import Configuration
import Foundation
import NeoWs
import Pipeline
import S3
import Support
import SystemPackage
import Warehouse

/// The settings of one call, from all their sources.
struct Settings {
    /// Where a value stands.
    enum Source: Equatable {
        case option, environment, dotenv
        /// The configuration file of this path.
        case file(String)
        case standard
    }

    private let options: [Setting: String]
    private let environment: [String: String]
    private let dotenv: ConfigReader
    /// What can be read, the strongest first.
    private let layers: [(source: Source, reader: ConfigReader)]

    /// Reads `.env` and the configuration file: `file` or `PERIGEE_CONFIG`, which must exist, else `perigee.json` where
    /// there is one.
    init(options: [Setting: String], file: String?) async throws {
        self.options = options
        environment = ProcessInfo.processInfo.environment
        let dotenvFile = try await Self.dotenv()
        dotenv = ConfigReader(provider: dotenvFile)
        let named = file ?? environment[Variable.configFile] ?? dotenv.string(forKey: "perigee.config")
        let document = try await Self.document(named)
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        layers = [
            (.environment, ConfigReader(provider: variables.prefixKeys(with: "perigee"))),
            (.dotenv, ConfigReader(provider: dotenvFile.prefixKeys(with: "perigee"))),
            (.file(named ?? Self.standardFile), ConfigReader(provider: document)),
        ]
    }

    /// The configuration file that is read where none is named.
    static let standardFile = "perigee.json"

    private static func dotenv() async throws -> EnvironmentVariablesProvider {
        if let text = try? String(contentsOfFile: ".env", encoding: .utf8) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated()
            where line.wholeMatch(of: /\s*(#.*|[A-Za-z_][A-Za-z0-9_]*\s*=.*)?/) == nil {
                throw CommandFailure(
                    .usage, "line \(number + 1) of .env is not of the form NAME=VALUE",
                    next: "mend it, or begin it with #")
            }
        }
        do {
            return try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw CommandFailure(.usage, ".env can't be read: \(error)", next: "write lines NAME=VALUE")
        }
    }

    private static func document(_ named: String?) async throws -> FileProvider<JSONSnapshot> {
        let path = named ?? standardFile
        do {
            let provider = try await FileProvider<JSONSnapshot>(filePath: FilePath(path), allowMissing: named == nil)
            try refuseUnknownKeys(path)
            return provider
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                .usage, "the configuration file \(path) can't be read: \(error)",
                next: "name a JSON file, see docs/configuration.md")
        }
    }

    /// A misspelt key would be ignored without a word.
    private static func refuseUnknownKeys(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        for key in object.keys.sorted() where Setting(rawValue: key) == nil {
            throw CommandFailure(
                .usage, "the configuration file \(path) has an unknown key \"\(key)\"",
                next: "known are \(Setting.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    // MARK: Values

    /// A setting's text, and where it stands. Set to nothing is not set: what passes variables on can't always leave
    /// one out.
    func given(_ setting: Setting) -> (text: String, source: Source) {
        if let text = options[setting] { return (text, .option) }
        let key = ConfigKey([setting.rawValue])
        for (source, reader) in layers {
            let found =
                reader.string(forKey: key) ?? reader.int(forKey: key).map(String.init)
                ?? reader.bool(forKey: key).map(String.init)
            if let found, !found.isEmpty { return (found, source) }
        }
        return (setting.defaultValue, .standard)
    }

    /// What a user has to change for another value of a setting.
    func name(_ setting: Setting) -> String {
        switch given(setting).source {
        case .option: setting.option ?? setting.variable
        case .environment, .standard: setting.variable
        case .dotenv: "\(setting.variable) in .env"
        case .file(let path): "\"\(setting.rawValue)\" in \(path)"
        }
    }

    /// A setting's text.
    subscript(setting: Setting) -> String { given(setting).text }

    /// A setting that counts something.
    func count(_ setting: Setting) throws -> Int { try value(setting) { Int($0) } }

    /// A setting that is a time.
    func duration(_ setting: Setting) throws -> Duration { try value(setting, DurationText.duration) }

    /// A setting that is one of a few words.
    func word<Word: RawRepresentable>(_ setting: Setting, _: Word.Type) throws -> Word where Word.RawValue == String {
        try value(setting) { Word(rawValue: $0) }
    }

    /// A setting that is on or off.
    func flag(_ setting: Setting) throws -> Bool { try value(setting) { Bool($0) } }

    private func value<Value>(_ setting: Setting, _ read: (String) -> Value?) throws -> Value {
        try check(setting)
        guard let value = read(self[setting]) else { throw wrong(setting) }
        return value
    }

    /// Makes sure that a setting's text is of its form.
    func check(_ setting: Setting) throws {
        guard setting.form.allows(self[setting]) else { throw wrong(setting) }
    }

    private func wrong(_ setting: Setting) -> CommandFailure {
        CommandFailure(.usage, "\(name(setting)) is \(self[setting])", next: "give \(setting.form.description)")
    }

    // MARK: Secrets

    /// The API key: from NASA_API_KEY, from the file that NASA_API_KEY_FILE names, or DEMO_KEY.
    func apiKey() throws -> APIKey {
        guard let text = try secret(Variable.key, file: Variable.keyFile) else { return .demo }
        guard let key = APIKey(text) else {
            throw CommandFailure(
                .usage, "the API key is empty or holds characters that no key has", next: "check \(Variable.key)")
        }
        return key
    }

    /// What a store's server asks for, from PERIGEE_STORE_PASSWORD, the file that PERIGEE_STORE_PASSWORD_FILE names, or
    /// the server's own variables.
    func storeCredentials() throws -> StoreCredentials {
        StoreCredentials(
            password: try secret(Variable.storePassword, file: Variable.storePasswordFile), environment: environment)
    }

    /// AWS's own variables, from the environment or `.env`, and the user's folder, where AWS's files are.
    func awsEnvironment() -> [String: String] {
        var found: [String: String] = [:]
        for variable in S3Configuration.variables { found[variable] = variableValue(variable) }
        found["HOME"] = environment["HOME"]
        return found
    }

    /// The token that Spark's Connect server asks for, from PERIGEE_SPARK_TOKEN or the file that
    /// PERIGEE_SPARK_TOKEN_FILE names.
    func sparkToken() throws -> String? { try secret(Variable.sparkToken, file: Variable.sparkTokenFile) }

    /// Whether a variable that is not a setting has a value.
    func isSet(_ variable: String) -> Bool { variableValue(variable) != nil }

    /// A secret: the value of `variable`, else the contents of the file that `fileVariable` names; nil where neither is
    /// set.
    private func secret(_ variable: String, file fileVariable: String) throws -> String? {
        if let value = variableValue(variable) { return value }
        guard let path = variableValue(fileVariable) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                .usage, "\(fileVariable) names \(path), which can't be read",
                next: "put the secret, and nothing else, into that file")
        }
        let text = String(decoding: data, as: UTF8.self)
        // Editors end a file with a line feed, which is not part of the secret.
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }

    /// A variable from the environment or `.env`; empty counts as not set.
    private func variableValue(_ variable: String) -> String? {
        let key = ConfigKey(variable.lowercased().split(separator: "_").map(String.init))
        let found = environment[variable] ?? dotenv.string(forKey: key, isSecret: true)
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }
}
