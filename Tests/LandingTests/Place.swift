import Foundation
import Landing
import Logging
import NearEarth
import PerigeeTesting
import S3
import Testing

/// A kind of place for a landing zone, looked at with the place's own means.
enum Place: Sendable, CustomTestStringConvertible {
    case folder
    case service(TestS3)

    static let all: [Place] = [.folder] + TestS3.all.map(Place.service)

    var testDescription: String {
        switch self {
        case .folder: "folder"
        case .service(let service): service.name
        }
    }

    /// A new, empty one.
    func make() async throws -> Zone {
        switch self {
        case .folder:
            let folder = try TemporaryFolder()
            return Zone(
                landing: LandingZone(try FolderStore(folder.path)), objects: try FolderStore(folder.path),
                names: folder.files, keeper: folder)
        case .service(let service):
            guard let prefix = S3Location(service.newPrefix()) else { throw Failure(message: "no URL") }
            let client = try S3Client(
                environment: service.environment(), userAgent: "test",
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let names: @Sendable () async throws -> [String] = {
                try await client.list(S3Location(bucket: prefix.bucket, key: prefix.key + "/")).map {
                    String($0.location.key.dropFirst(prefix.key.count + 1))
                }
            }
            return Zone(
                landing: LandingZone(try await S3Store(prefix, client: client)),
                objects: try await S3Store(prefix, client: client), names: names,
                keeper: client)
        }
    }
}

/// A landing zone, and the objects beneath it.
struct Zone: Sendable {
    let landing: LandingZone
    let objects: any ObjectStore
    /// The names of all objects, sorted.
    let names: @Sendable () async throws -> [String]
    /// What has to live as long as this.
    let keeper: any Sendable

    func content(_ name: String) async throws -> String? {
        try await objects.read(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The batch's newest observation.
    func latest(_ batch: Batch) async throws -> LandedBody? { try await landing.observations(of: batch).last }

    func overwrite(_ name: String, _ text: String) async throws { try await objects.replace(name, Array(text.utf8)) }
}
