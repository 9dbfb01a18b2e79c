import Configuration
import Foundation
import NeoWs
import S3
import Support
import SystemPackage
import Warehouse

/// The settings of one call, from all their sources.
struct Settings {
    private let options: [Setting: String]
    private let environment: [String: String]
    private let dotenv: ConfigReader
    /// Whether the user named the configuration file; else it is what the working folder has, or its `.env` names.
    private let isFileNamed: Bool
    /// What can be read, the strongest first, each with what it calls a setting.
    private let layers: [Layer]
    private typealias Layer = (name: @Sendable (Setting) -> String, reader: ConfigReader)

    /// Reads `.env` and the configuration file: `file` or `PERIGEE_CONFIG`, which must exist, else `perigee.json` where
    /// there is one.
    init(options: [Setting: String], file: String?) async throws {
        self.options = options
        environment = ProcessInfo.processInfo.environment
        let dotenvFile = try await Self.dotenv()
        dotenv = ConfigReader(provider: dotenvFile)
        let named = file ?? environment[Variable.configFile] ?? dotenv.string(forKey: "perigee.config")
        isFileNamed = file != nil || environment[Variable.configFile]?.isEmpty == false
        let document = try await Self.document(named)
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        layers = [
            ({ @Sendable in $0.variable }, ConfigReader(provider: variables.prefixKeys(with: "perigee"))),
            ({ @Sendable in "\($0.variable) in .env" }, ConfigReader(provider: dotenvFile.prefixKeys(with: "perigee"))),
            ({ @Sendable in "\"\($0.rawValue)\" in \(named ?? Self.standardFile)" }, ConfigReader(provider: document)),
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
        let provider: FileProvider<JSONSnapshot>
        var keys: [String] = []
        do {
            provider = try await FileProvider(filePath: FilePath(path), allowMissing: named == nil)
            if let data = FileManager.default.contents(atPath: path) {
                keys += (try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]).keys.sorted()
            }
        } catch {
            throw CommandFailure(
                .usage, "the configuration file \(path) can't be read: \(error)",
                next: "name a JSON file, see docs/configuration.md")
        }
        // A misspelt key would be ignored without a word.
        if let unknown = keys.first(where: { Setting(rawValue: $0) == nil }) {
            throw CommandFailure(
                .usage, "the configuration file \(path) has an unknown key \"\(unknown)\"",
                next: "known are \(Setting.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return provider
    }

    // MARK: Values

    /// A setting's text, and what it is called where it was found; nil for the default. Set to nothing is not set: what
    /// passes variables on can't always leave one out.
    func given(_ setting: Setting) -> (text: String, source: String?) {
        if let text = options[setting] { return (text, setting.option) }
        let key = ConfigKey([setting.rawValue])
        // JSON's true would be read as 1.
        let isFlag = if case .flag = setting.form { true } else { false }
        for (name, reader) in layers {
            let found =
                reader.string(forKey: key) ?? (isFlag ? reader.bool(forKey: key).map(String.init) : nil)
                ?? reader.int(forKey: key).map(String.init)
            if let found, !found.isEmpty { return (found, name(setting)) }
        }
        return (setting.defaultValue, nil)
    }

    /// What a user has to change for another value of a setting.
    func name(_ setting: Setting) -> String { given(setting).source ?? setting.variable }

    /// A setting's text.
    subscript(setting: Setting) -> String { given(setting).text }

    /// A setting that counts something.
    func count(_ setting: Setting) throws -> Int { try value(setting) { Int($0) } }

    /// A setting that is a time.
    func duration(_ setting: Setting) throws -> Duration { try value(setting, DurationText.duration) }

    /// A setting that is one of a few words.
    func word<Word: RawRepresentable>(_ setting: Setting) throws -> Word where Word.RawValue == String {
        try value(setting) { Word(rawValue: $0) }
    }

    /// A setting that is on or off.
    func flag(_ setting: Setting) throws -> Bool { try value(setting) { Bool($0) } }

    /// Makes sure that a setting's text is of its form.
    func check(_ setting: Setting) throws { _ = try value(setting) { $0 } }

    private func value<Value>(_ setting: Setting, _ read: (String) -> Value?) throws -> Value {
        let text = self[setting]
        guard setting.form.allows(text), let value = read(text) else {
            throw CommandFailure(.usage, "\(name(setting)) is \(text)", next: "give \(setting.form.description)")
        }
        return value
    }

    // MARK: Secrets

    /// Makes sure that a key goes to no service that only a file of the working folder names.
    func requireTrustedService() throws {
        guard self[.apiUrl] != NeoWsClient.standardURL else { return }
        try requireTrusted(
            .apiUrl, NeoWsClient.redacted(self[.apiUrl]), "key", [Variable.key, Variable.file(Variable.key)])
    }

    /// The same for a password and the store's server.
    func requireTrustedStore() throws {
        guard StoreURL.path(self[.store]) == nil else { return }
        try requireTrusted(
            .store, StoreURL.redacted(self[.store]), "password",
            [
                Variable.storePassword, Variable.file(Variable.storePassword),
                StoreCredentials.variable(of: self[.store]),
            ])
    }

    /// Whoever wrote a file of the working folder would get a secret that they do not have. `variables` are those that
    /// may give it, the first one the secret itself: where that stands in `.env`, it is the folder's own.
    private func requireTrusted(_ setting: Setting, _ url: String, _ secret: String, _ variables: [String]) throws {
        guard let source = given(setting).source, let option = setting.option,
            source.hasSuffix(" in .env") || (source.hasPrefix("\"") && !isFileNamed),
            let variable = variables.first(where: isSet),
            variable != variables.first || environment[variable]?.isEmpty == false
        else { return }
        throw CommandFailure(
            .usage, "\(source), of this folder, is \(url), which would get the \(secret) of \(variable)",
            next: "if that is meant, name it yourself: \(option) \(url)")
    }

    /// The API key: from NASA_API_KEY, from the file that NASA_API_KEY_FILE names, or DEMO_KEY.
    func apiKey() throws -> APIKey {
        guard let text = try secret(Variable.key) else { return .demo }
        guard let key = APIKey(text) else {
            throw CommandFailure(
                .usage, "the API key is empty or holds characters that no key has", next: "check \(Variable.key)")
        }
        return key
    }

    /// What a store's server asks for, from PERIGEE_STORE_PASSWORD, the file that PERIGEE_STORE_PASSWORD_FILE names, or
    /// the server's own variables.
    func storeCredentials() throws -> StoreCredentials {
        StoreCredentials(password: try secret(Variable.storePassword), environment: environment)
    }

    /// AWS's own variables, from the environment or `.env`, and the user's folder, where AWS's files are.
    func awsEnvironment() -> [String: String] {
        var found: [String: String] = [:]
        for variable in S3Configuration.variables { found[variable] = variableValue(variable) }
        found["HOME"] = environment["HOME"]
        return found
    }

    /// Whether a variable that is not a setting has a value.
    func isSet(_ variable: String) -> Bool { variableValue(variable) != nil }

    /// A secret: the value of its variable, else the contents of the file that another one names; nil where neither is
    /// set.
    func secret(_ variable: String) throws -> String? {
        if let value = variableValue(variable) { return value }
        let fileVariable = Variable.file(variable)
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
