import Foundation

/// A private S3 service that `scripts/test` has started (`scripts/services`), told by its environment variables.
public struct TestS3: Sendable {
    /// The service's name: `moto` or `ceph`.
    public let name: String
    /// Its base URL.
    public let endpoint: String
    /// A bucket of the profile `default`.
    public let bucket: String
    /// AWS credentials file with the profiles `default` and `other`, who has no rights on the bucket.
    public let credentialsFile: String

    /// The name of its test case.
    public var testDescription: String { name }

    /// The services at hand.
    public static let all: [TestS3] = ["moto", "ceph"].compactMap { name in
        let environment = ProcessInfo.processInfo.environment
        let prefix = "PERIGEE_TEST_\(name.uppercased())_"
        guard let endpoint = environment[prefix + "ENDPOINT"], let bucket = environment[prefix + "BUCKET"],
            let file = environment[prefix + "CREDENTIALS_FILE"]
        else { return nil }
        return TestS3(name: name, endpoint: endpoint, bucket: bucket, credentialsFile: file)
    }

    /// The one that checks signatures and rights.
    public static var strict: TestS3? { all.first { $0.name == "ceph" } }

    /// What a skipped test says.
    public static let notice = "no S3 service was started: run the tests with scripts/test"

    /// What a program has to find in its environment.
    public func environment(endpoint other: String? = nil) -> [String: String] {
        [
            "AWS_ENDPOINT_URL_S3": other ?? endpoint, "AWS_SHARED_CREDENTIALS_FILE": credentialsFile,
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    /// A prefix that nobody else uses.
    public func newPrefix() -> String { "s3://\(bucket)/test-\(UUID().uuidString.lowercased())" }

    /// Both parts of a profile's key.
    public func secrets(of profile: String = "default") throws -> [String] {
        let text = try String(contentsOfFile: credentialsFile, encoding: .utf8)
        let section = text.components(separatedBy: "[\(profile)]").last?.components(separatedBy: "[").first ?? ""
        return section.split(separator: "\n").compactMap { $0.components(separatedBy: " = ").dropFirst().first }
    }

    /// The Python that `Tests/requirements.txt` is installed for.
    public static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent(".venv/bin/python").path

    /// Has AWS's own client for Python carry a script out, with the client as `s3` and the arguments in `sys.argv[1:]`;
    /// what it prints.
    public func boto3(_ script: String, _ arguments: String...) async throws -> String {
        let folder = try TemporaryFolder()
        let client = """
            import sys, boto3, botocore.config
            s3 = boto3.client("s3", endpoint_url="\(endpoint)", region_name="us-east-1", config=botocore.config.Config(s3={"addressing_style": "path"}))

            """
        let started = try Started(
            executable: Self.python, arguments: ["-c", client + script] + arguments, folder: folder.path,
            environment: ["AWS_SHARED_CREDENTIALS_FILE": credentialsFile])
        let outcome = await started.outcome()
        guard outcome.status == 0 else { throw Failure(message: "boto3 on \(name): \(outcome.errors)") }
        return outcome.output
    }
}
