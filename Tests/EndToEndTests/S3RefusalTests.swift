import Foundation
import PerigeeTesting
import Testing

/// What S3 refuses is said clearly, with its exit code, before NASA is asked, and without a key or a signature.
@Suite(.serialized, .enabled(if: TestS3.strict != nil, "\(TestS3.notice)"))
struct S3RefusalTests {
    private let service: TestS3
    private let place: Workplace

    init() throws {
        service = try #require(TestS3.strict)
        // No request to NASA may come before the landing zone's own: nobody answers there.
        place = try Workplace(
            service: "http://127.0.0.1:1/neo/rest/v1",
            environment: service.environment().merging(["AWS_MAX_ATTEMPTS": "2"]) { $1 })
    }

    private func expect(
        _ status: Int32, _ words: [String], landing: String? = nil, _ variables: [String: String] = [:],
        through program: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let command = program + [Program.path, "run", "--landing", landing ?? service.newPrefix()]
        let started = try Started(
            executable: "/usr/bin/env", arguments: command, folder: place.folder.path,
            environment: place.environment.merging(variables) { $1 })
        let outcome = await started.outcome()
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(outcome.errors.contains(word), "no \(word) in \(outcome.errors)", sourceLocation: sourceLocation)
        }
        let secrets = try service.secrets() + service.secrets(of: "other") + ["SECRET9"]
        for secret in secrets {
            #expect(
                !(outcome.errors + outcome.output).contains(secret), "a secret was printed",
                sourceLocation: sourceLocation)
        }
        #expect(!outcome.errors.contains("Signature="), sourceLocation: sourceLocation)
    }

    @Test func aMissingBucket() async throws {
        try await expect(
            64, ["s3://no-such-bucket-of-ours/x", "there is no such bucket", "NoSuchBucket", "request id tx"],
            landing: "s3://no-such-bucket-of-ours/x")
    }

    @Test func aBucketOfSomebodyElse() async throws {
        try await expect(77, ["AccessDenied", "request id tx", "s3:PutObject"], ["AWS_PROFILE": "other"])
    }

    @Test func aWrongSecret() async throws {
        let key = try service.secrets()[0]
        try await expect(
            77, ["the secret access key is not the one", "SignatureDoesNotMatch"],
            ["AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "SECRET9"])
    }

    @Test func anUnknownKey() async throws {
        try await expect(
            77, ["does not know the access key id", "InvalidAccessKeyId"],
            ["AWS_ACCESS_KEY_ID": "NOBODYSECRET9", "AWS_SECRET_ACCESS_KEY": "SECRET9"])
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/faketime"), "faketime is not installed"),
        arguments: ["+2h", "-2h"])
    func aSkewedClock(by skew: String) async throws {
        let direction = skew.hasPrefix("+") ? "ahead of" : "behind"
        try await expect(
            77, ["RequestTimeTooSkewed", "minutes \(direction) the service's"], ["DONT_FAKE_MONOTONIC": "1"],
            through: ["/usr/bin/faketime", "-f", skew])
    }

    @Test func noCredentials() async throws {
        try await expect(77, ["no credentials for S3", "/nowhere"], ["AWS_SHARED_CREDENTIALS_FILE": "/nowhere"])
    }

    @Test func nobodyThere() async throws {
        try await expect(69, ["127.0.0.1:1"], ["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"])
    }

    @Test(arguments: ["s3://", "s3://user:SECRET9@bucket/x"])
    func noURL(_ url: String) async throws {
        try await expect(64, ["s3://BUCKET/PREFIX"], landing: url)
    }

    @Test("A bucket in another region, by the answers that AWS documents for it")
    func anotherRegion() async throws {
        let redirect = """
            return 301, {"x-amz-bucket-region": "eu-west-1", "x-amz-request-id": "R9"}, b"<Error><Code>PermanentRedirect</Code><Message>use another endpoint</Message></Error>"
            """
        let malformed = """
            return 400, {"x-amz-request-id": "R9"}, b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>"
            """
        for answer in [redirect, malformed] {
            let elsewhere = try await Proxy(to: service.endpoint, edit: answer)
            let root = elsewhere.baseURL.replacingOccurrences(of: "/neo/rest/v1", with: "")
            try await expect(
                64, ["in the region eu-west-1, not in us-east-1", "AWS_REGION=eu-west-1", "request id R9"],
                ["AWS_ENDPOINT_URL_S3": root])
        }
    }
}
