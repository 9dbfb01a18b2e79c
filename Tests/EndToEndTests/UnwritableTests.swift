import Foundation
import PerigeeTesting
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A store or a landing zone that can't be written to is said so plainly, and costs no request.
struct UnwritableTests {
    @Test(
        "A file stands where a folder should be",
        arguments: [
            ("--landing", "taken/landing", Int32(74), "check --landing"),
            ("--store", "sqlite:taken/perigee.sqlite", 69, "check --store"),
            ("--store", "sqlite:folder", 69, "check --store"), ("--store", "sqlite:taken", 69, "check --store"),
        ])
    func taken(option: String, value: String, status: Int32, next: String) async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        try String(repeating: "no database\n", count: 100).write(
            toFile: place.folder("taken"), atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: place.folder("folder"), withIntermediateDirectories: true)
        let run = try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10", option, value)
        #expect(run.status == status, "\(run.errors)")
        #expect(run.errors.contains("taken") || run.errors.contains("folder"))
        #expect(run.errors.contains(next))
        #expect(!run.errors.contains("Error Domain"), "\(run.errors)")
        #expect(!run.errors.contains("NSCocoaErrorDomain"), "\(run.errors)")
        #expect(try await replay.stats() == [:])
        #expect(try place.bytes("taken") == Data(String(repeating: "no database\n", count: 100).utf8))
    }

    @Test("A folder without write permission", arguments: ["data", "data/landing"])
    func readOnly(name: String) async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        for file in try place.folder.files() {
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: place.folder(file))
        }
        for folder in ["data", "data/landing"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: folder == name ? 0o555 : 0o777], ofItemAtPath: place.folder(folder))
        }
        if name == "data/landing" {
            for file in try place.folder.files() where file.contains("perigee.sqlite") {
                try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: place.folder(file))
            }
        }
        let run = try await asNobody(["run", "--from", "2020-03-03", "--to", "2020-03-10"], place)
        #expect(run.status == 74 || run.status == 69, "\(run.status) \(run.errors)")
        #expect(run.errors.contains(name == "data" ? "check --store" : "landing folder is writable"), "\(run.errors)")
        #expect(run.errors.contains("ermission denied") || run.errors.contains("readonly"), "\(run.errors)")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.folder(name))
    }

    /// Runs `perigee` as somebody whom permissions bind: root passes them by.
    private func asNobody(_ arguments: [String], _ place: Workplace) async throws -> Program.Outcome {
        guard geteuid() == 0 else {
            return try await Program.run(arguments, in: place.folder.path, environment: place.environment)
        }
        let started = try Started(
            executable: "/usr/bin/env",
            arguments: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Program.path] + arguments,
            folder: place.folder.path, environment: place.environment)
        return await started.outcome()
    }
}
