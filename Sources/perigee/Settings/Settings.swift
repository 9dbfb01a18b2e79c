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
    private let reader: ConfigReader
    private let options: [Setting: String]
    private let environment: [String: String]
    private let dotenv: ConfigReader

    /// Reads `.env` and the configuration file: `file` or `PERIGEE_CONFIG`, which must exist, else `perigee.json` where there is one.
    init(options: [Setting: String], file: String?) async throws {
        self.options = options
        environment = ProcessInfo.processInfo.environment
        // Set to nothing is not set: what passes variables on can't always leave one out.
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
        let dotenvFile: EnvironmentVariablesProvider
        do {
            dotenvFile = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw CommandFailure(.usage, ".env can't be read: \(error)", next: "write lines NAME=VALUE")
        }
        dotenv = ConfigReader(provider: dotenvFile)
        let named = file ?? environment[Variable.configFile] ?? dotenv.string(forKey: "perigee.config")
        let document = try await Self.document(named)
        reader = ConfigReader(providers: [variables.prefixKeys(with: "perigee"), dotenvFile.prefixKeys(with: "perigee"), document])
    }

    private static func document(_ named: String?) async throws -> FileProvider<JSONSnapshot> {
        let path = named ?? "perigee.json"
        do {
            let provider = try await FileProvider<JSONSnapshot>(filePath: FilePath(path), allowMissing: named == nil)
            try refuseUnknownKeys(path)
            return provider
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.usage, "the configuration file \(path) can't be read: \(error)", next: "name a JSON file, see README.md")
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

    /// A setting's value.
    subscript(setting: Setting) -> String {
        let key = ConfigKey([setting.rawValue])
        return options[setting] ?? reader.string(forKey: key) ?? reader.int(forKey: key).map(String.init) ?? reader.bool(forKey: key).map(String.init)
            ?? setting.defaultValue
    }

    /// A setting that counts something.
    func count(_ setting: Setting, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[setting]), range.contains(number) else {
            throw CommandFailure(.usage, "\(setting.variable) is \(self[setting])", next: "give a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A setting that is a time.
    func duration(_ setting: Setting) throws -> Duration {
        guard let duration = DurationText.duration(self[setting]) else {
            throw CommandFailure(.usage, "\(setting.variable) is \(self[setting])", next: "give a time like 30s, 5m, 2h or 0")
        }
        return duration
    }

    /// A setting that is one of a few words.
    func word<Word: CaseIterable & RawRepresentable>(_ setting: Setting, _: Word.Type) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: self[setting]) else {
            throw CommandFailure(
                .usage, "\(setting.variable) is \(self[setting])", next: "give one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// A setting that is on or off.
    func flag(_ setting: Setting) throws -> Bool {
        guard let flag = Bool(self[setting]) else {
            throw CommandFailure(.usage, "\(setting.variable) is \(self[setting])", next: "give true or false")
        }
        return flag
    }

    /// The API key: from NASA_API_KEY, from the file that NASA_API_KEY_FILE names, or DEMO_KEY.
    func apiKey() throws -> APIKey {
        guard let text = try secret(Variable.key, file: Variable.keyFile) else { return .demo }
        guard let key = APIKey(text) else {
            throw CommandFailure(.usage, "the API key is empty or holds characters that no key has", next: "check \(Variable.key)")
        }
        return key
    }

    /// What a store's server asks for, from PERIGEE_STORE_PASSWORD, the file that PERIGEE_STORE_PASSWORD_FILE names, or the
    /// server's own variables.
    func storeCredentials() throws -> StoreCredentials {
        StoreCredentials(password: try secret(Variable.storePassword, file: Variable.storePasswordFile), environment: environment)
    }

    /// AWS's own variables, from the environment or `.env`, and the user's folder, where AWS's files are.
    func awsEnvironment() -> [String: String] {
        var found: [String: String] = [:]
        for variable in S3Configuration.variables { found[variable] = given(variable) }
        found["HOME"] = environment["HOME"]
        return found
    }

    /// The token that Spark's Connect server asks for, from PERIGEE_SPARK_TOKEN or the file that PERIGEE_SPARK_TOKEN_FILE names.
    func sparkToken() throws -> String? { try secret(Variable.sparkToken, file: Variable.sparkTokenFile) }

    /// A secret: the value of `variable`, else the contents of the file that `fileVariable` names; nil where neither is set.
    private func secret(_ variable: String, file fileVariable: String) throws -> String? {
        if let value = given(variable) { return value }
        guard let path = given(fileVariable) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "\(fileVariable) names \(path), which can't be read", next: "put the secret, and nothing else, into that file")
        }
        let text = String(decoding: data, as: UTF8.self)
        // Editors end a file with a line feed, which is no part of the secret.
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }

    /// A variable from the environment or `.env`; empty counts as not set.
    private func given(_ variable: String) -> String? {
        let key = ConfigKey(variable.lowercased().split(separator: "_").map(String.init))
        let found = environment[variable] ?? dotenv.string(forKey: key, isSecret: true)
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }
}
