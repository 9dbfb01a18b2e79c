import Foundation
import PerigeeTesting
import Testing

/// A PostgreSQL server's words are in the language of its `lc_messages`; what they mean is in its SQLSTATE.
struct LanguageTests {
    /// Why PostgreSQL lets a client not in: its severity and sentence as a server with those messages writes them,
    /// SQLSTATE, our exit code.
    static let refusals = [
        Refusal("FATAL", "28P01", "Passwort-Authentifizierung für Benutzer »perigee« fehlgeschlagen", 77),
        Refusal("FATAL", "3D000", "Datenbank »perigee« existiert nicht", 64),
        Refusal("FATAL", "28000", "Rolle »perigee« existiert nicht", 77),
        Refusal("ВАЖНО", "28P01", "пользователь \"perigee\" не прошёл проверку подлинности (по паролю)", 77),
        Refusal("致命错误", "3D000", "数据库 \"perigee\" 不存在", 64),
        Refusal("KATASTROFALNY", "3D000", "baza danych \"perigee\" nie istnieje", 64),
    ]

    struct Refusal: Sendable, CustomTestStringConvertible {
        let severity: String
        let state: String
        let text: String
        let status: Int32
        var testDescription: String { "\(severity) \(text)" }

        init(_ severity: String, _ state: String, _ text: String, _ status: Int32) {
            (self.severity, self.state, self.text, self.status) = (severity, state, text, status)
        }
    }

    @Test("A refusal has its exit code in any language", arguments: refusals)
    func anyLanguage(refusal: Refusal) async throws {
        let server = try await RefusingPostgres(severity: refusal.severity, state: refusal.state, text: refusal.text)
        let place = try Workplace(environment: ["PERIGEE_STORE_PASSWORD": "WRONGSECRET9"])
        let outcome = try await place.perigee(
            "status", "--store", "postgres://perigee@127.0.0.1:\(server.port)/perigee")
        #expect(outcome.status == refusal.status, "\(outcome.errors)")
        #expect(outcome.errors.contains(refusal.text))
    }

    private static let locales: String = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["locale", "-a"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = nil
        try? process.run()
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }()
    private static let hasGerman =
        locales.contains("de_DE.utf8")
        && FileManager.default.fileExists(atPath: "/usr/share/locale/de/LC_MESSAGES/postgres-15.mo")

    @Test(
        "A server that speaks German refuses with the same exit codes",
        .enabled(
            if: hasGerman && TestServer.all.contains { $0.name == "postgres" },
            "no PostgreSQL here, or no locale de_DE.utf8 with its words"))
    func german() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let variables = try await PrivateServer.service(
            "start", "postgres", folder.path, "--", "-c", "lc_messages=de_DE.utf8")
        let url = variables["PERIGEE_TEST_POSTGRES_URL"] ?? ""
        let place = try Workplace(environment: ["PERIGEE_STORE_PASSWORD": "WRONGSECRET9"])
        let wrong = try await place.perigee("status", "--store", url)
        let right = [
            "PERIGEE_STORE_PASSWORD": "",
            "PERIGEE_STORE_PASSWORD_FILE": variables["PERIGEE_TEST_POSTGRES_PASSWORD_FILE"] ?? "",
        ]
        let missing = try await place.perigee("status", "--store", url + "_missing", environment: right)
        try await PrivateServer.service("stop", "postgres", folder.path, "--purge")
        #expect(wrong.errors.contains("fehlgeschlagen"))
        #expect(wrong.status == 77)
        #expect(missing.errors.contains("existiert nicht"))
        #expect(missing.status == 64)
    }
}
