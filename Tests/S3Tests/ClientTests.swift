import Foundation
import Logging
import PerigeeTesting
import S3
import Synchronization
import Testing

/// What the client makes of answers that no service gives on demand, as AWS documents them.
@Suite struct ClientTests {
    private typealias Answer = CannedServer.Answer
    private static let place = S3Location(bucket: "bucket", key: "a b/ü.json")

    private static func client(_ url: String, _ more: [String: String] = [:]) throws -> S3Client {
        let environment = [
            "AWS_ENDPOINT_URL_S3": url, "AWS_ACCESS_KEY_ID": "AKIDSECRET9", "AWS_SECRET_ACCESS_KEY": "SECRET9",
            "AWS_SESSION_TOKEN": "TOKENSECRET9",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "3", "HOME": "/nonexistent",
        ]
        return try S3Client(
            environment: environment.merging(more) { $1 }, userAgent: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func error(_ code: String, _ status: Int, _ more: String = "") -> Answer {
        Answer(
            status: status, type: "application/xml",
            body: Array(
                "<?xml version=\"1.0\"?>\n<Error><Code>\(code)</Code><Message>no &amp; no</Message><RequestId>R-1</RequestId>\(more)</Error>"
                    .utf8))
    }

    private static func failure(_ body: () async throws(S3Error) -> Void) async -> S3Error? {
        do throws(S3Error) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "SlowDown, a timeout and a broken service are tried again",
        arguments: [("SlowDown", 503), ("RequestTimeout", 400), ("InternalError", 500)])
    func retries(_ code: String, _ status: Int) async throws {
        try await CannedServer.serve(
            path: "", { _, number in number < 3 ? Self.error(code, status) : Answer(headers: ["ETag": "\"e\""]) }
        ) { server, url in
            let client = try Self.client(url)
            try await client.put([1, 2, 3], to: Self.place)
            await client.shutdown()
            #expect(
                server.asked.count == 3
                    && server.asked.allSatisfy {
                        $0.method == "PUT" && $0.uri == "/bucket/a%20b/%C3%BC.json" && $0.body == [1, 2, 3]
                    })
            let headers = try #require(server.asked.last?.headers)
            #expect(headers["x-amz-checksum-sha256"] == "A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E=")
            #expect(headers["x-amz-security-token"] == "TOKENSECRET9")
            #expect(
                headers["authorization"]?.contains(
                    "host;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date;x-amz-meta-sha256;x-amz-security-token")
                    == true)
        }
    }

    @Test("One that keeps asking for fewer requests is left alone after the attempts; other refusals at once")
    func givesUp() async throws {
        let cases: [(String, Int, S3Error.Kind, Int)] = [
            ("SlowDown", 503, .throttled, 3), ("ServiceUnavailable", 503, .unreachable, 3),
            ("AccessDenied", 403, .denied, 1),
            ("NoSuchBucket", 404, .noSuchBucket, 1),
            ("SignatureDoesNotMatch", 403, .badCredentials, 1), ("RequestTimeTooSkewed", 403, .clockSkew, 1),
            ("ExpiredToken", 400, .badCredentials, 1),
            ("EntityTooLarge", 400, .refused, 1),
        ]
        for (code, status, kind, count) in cases {
            try await CannedServer.serve(path: "", { _, _ in Self.error(code, status) }) { server, url in
                let client = try Self.client(url)
                let error = try #require(
                    await Self.failure { () async throws(S3Error) in _ = try await client.get(Self.place, limit: 10) })
                await client.shutdown()
                #expect(
                    error.kind == kind && server.asked.count == count,
                    "\(code): \(error), \(server.asked.count) requests")
                #expect(
                    "\(error)".contains(code) && "\(error)".contains("R-1")
                        && "\(error)".contains("s3://bucket/a b/ü.json"))
            }
        }
    }

    @Test("What a service repeats of the credentials is not repeated to anybody")
    func secrecy() async throws {
        let answer = "<SignatureProvided>SIGNATURE9</SignatureProvided><StringToSign>SIGNATURE9</StringToSign>"
        let echo = Answer(
            status: 403,
            body: Array(
                "<Error><Code>Odd</Code><Message>AKIDSECRET9 SECRET9 TOKENSECRET9</Message>\(answer)</Error>".utf8))
        try await CannedServer.serve(path: "", { _, _ in echo }) { _, url in
            let client = try Self.client(url)
            let error = await Self.failure { () async throws(S3Error) in _ = try await client.get(Self.place, limit: 10)
            }
            await client.shutdown()
            #expect(error.map { "\($0)" }?.contains("9") == false, "\(String(describing: error))")
        }
    }

    @Test("An object that does not fit its checksum is read again, and refused where it stays so")
    func damaged() async throws {
        // SHA-256 of "{}".
        let headers = ["x-amz-checksum-sha256": "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="]
        try await CannedServer.serve(
            path: "", { _, number in Answer(headers: headers, body: Array((number == 1 ? "{]" : "{}").utf8)) }
        ) { _, url in
            let client = try Self.client(url)
            #expect(try await client.get(Self.place, limit: 10) == Array("{}".utf8))
            await client.shutdown()
        }
        try await CannedServer.serve(path: "", { _, _ in Answer(headers: headers, body: Array("{]".utf8)) }) {
            server, url in
            let client = try Self.client(url)
            #expect(
                await Self.failure { () async throws(S3Error) in _ = try await client.get(Self.place, limit: 10) }?.kind
                    == .damaged)
            await client.shutdown()
            #expect(server.asked.count == 3)
        }
    }

    @Test("A service without If-None-Match is found out, and looked at before each write", arguments: [501, 200])
    func noConditions(_ status: Int) async throws {
        let objects = Mutex<[String: [UInt8]]>([:])
        try await CannedServer.serve(
            path: "",
            { asked, _ in
                if asked.method == "HEAD" {
                    return Answer(status: objects.withLock { $0[asked.uri] } == nil ? 404 : 200)
                }
                if asked.headers["if-none-match"] != nil, status == 501 { return Self.error("NotImplemented", 501) }
                objects.withLock { $0[asked.uri] = asked.body }
                return Answer()
            }
        ) { server, url in
            let client = try Self.client(url)
            let (one, two) = (S3Location(bucket: "bucket", key: "1"), S3Location(bucket: "bucket", key: "2"))
            #expect(try await client.create([1], at: one))
            #expect(try await client.create([2], at: two))
            #expect(try await !client.create([3], at: one))
            #expect(try await !client.create([3], at: two))
            await client.shutdown()
            #expect(objects.withLock { $0 } == ["/bucket/1": [1], "/bucket/2": [2]])
            #expect(server.asked.filter { $0.headers["if-none-match"] != nil }.count == (status == 501 ? 1 : 2))
        }
    }

    @Test("A listing goes on from page to page, its keys decoded")
    func listing() async throws {
        @Sendable func page(_ keys: [String], _ token: String?) -> Answer {
            let contents = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size><ETag>&quot;e&quot;</ETag></Contents>" }
                .joined()
            let rest =
                token.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" }
                ?? "<IsTruncated>false</IsTruncated>"
            return Answer(
                body: Array(
                    "<?xml version=\"1.0\"?><!-- x --><ListBucketResult xmlns=\"x\">\(rest)<Prefix/>\(contents)</ListBucketResult>"
                        .utf8))
        }
        try await CannedServer.serve(
            path: "", { _, number in number == 1 ? page(["a+b", "%C3%BC"], "t/+=") : page(["z%2B&amp;"], nil) }
        ) { server, url in
            let client = try Self.client(url)
            let found = try await client.list(S3Location(bucket: "bucket", key: "a"))
            await client.shutdown()
            #expect(found.map(\.location.key) == ["a b", "ü", "z+&"])
            #expect(server.asked.map(\.uri)[1].contains("continuation-token=t%2F%2B%3D"))
        }
        try await CannedServer.serve(path: "", { _, _ in Answer(body: Array("<html><body>no</html>".utf8)) }) {
            _, url in
            let client = try Self.client(url)
            #expect(
                await Self.failure { () async throws(S3Error) in _ = try await client.list(Self.place) }?.kind
                    == .unreachable)
            await client.shutdown()
        }
    }

    @Test("A part that fails aborts its upload; 200 with an error in it is a failure", arguments: ["part", "complete"])
    func abort(_ stage: String) async throws {
        try await CannedServer.serve(
            path: "",
            { asked, _ in
                if asked.uri.contains("uploads") { return Answer(body: Array("<R><UploadId>U</UploadId></R>".utf8)) }
                if asked.method == "PUT" {
                    return stage == "part" && asked.uri.contains("partNumber=2")
                        ? Self.error("AccessDenied", 403) : Answer(headers: ["ETag": "\"e\""])
                }
                return asked.method == "DELETE"
                    ? Answer(status: 204) : Answer(body: Self.error("InternalError", 200).body)
            }
        ) { server, url in
            let client = try Self.client(url)
            let bytes = [UInt8](repeating: 7, count: 20_000_000)
            #expect(
                await Self.failure { () async throws(S3Error) in try await client.put(bytes, to: Self.place) } != nil)
            await client.shutdown()
            #expect(server.asked.last?.method == "DELETE" && server.asked.last?.uri.contains("uploadId=U") == true)
            #expect(server.asked.filter { $0.method == "PUT" }.count == (stage == "part" ? 2 : 3))
        }
    }

    @Test("A container's and an instance's role, by their services")
    func roles() async throws {
        let role =
            #"{"AccessKeyId":"ROLEKEY","SecretAccessKey":"S","Token":"ROLETOKEN","Expiration":"2099-01-01T00:00:00Z"}"#
        let without = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""]
        try await CannedServer.serve(
            path: "",
            { asked, _ in
                if asked.uri == "/role" {
                    return asked.headers["authorization"] == "T" ? .json(role) : Answer(status: 401)
                }
                return Answer(body: Array("{}".utf8))
            }
        ) { server, url in
            let client = try Self.client(
                url,
                without.merging([
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/role", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "T",
                ]) { $1 })
            _ = try await client.get(Self.place, limit: 10)
            // A service that is slow to answer, as all are among these tests, is asked again.
            let asked = server.asked.filter { $0.uri == "/role" }.count
            _ = try await client.get(Self.place, limit: 10)
            await client.shutdown()
            #expect(asked > 0 && server.asked.filter { $0.uri == "/role" }.count == asked)
            #expect(
                server.asked.last?.headers["authorization"]?.contains("Credential=ROLEKEY/") == true
                    && server.asked.last?.headers["x-amz-security-token"] == "ROLETOKEN")
        }
        try await CannedServer.serve(
            path: "",
            { asked, _ in
                let path = "/latest/meta-data/iam/security-credentials/"
                if asked.uri == "/latest/api/token" {
                    return Answer(status: asked.method == "PUT" ? 200 : 405, body: Array("IMDS".utf8))
                }
                if asked.uri.hasPrefix(path) {
                    guard asked.headers["x-aws-ec2-metadata-token"] == "IMDS" else { return Answer(status: 401) }
                    return asked.uri == path
                        ? Answer(body: Array("my-role".utf8))
                        : .json(role, status: asked.uri == path + "my-role" ? 200 : 404)
                }
                return Answer(body: Array("{}".utf8))
            }
        ) { server, url in
            let client = try Self.client(
                url,
                without.merging([
                    "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": url,
                    "AWS_METADATA_SERVICE_TIMEOUT": "60",
                ]) { $1 })
            _ = try await client.get(Self.place, limit: 10)
            await client.shutdown()
            #expect(server.asked.last?.headers["x-amz-security-token"] == "ROLETOKEN")
        }
        let wrong = [
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.org/role"],
            ["AWS_EC2_METADATA_DISABLED": "", "AWS_METADATA_SERVICE_TIMEOUT": "soon"],
        ]
        for settings in wrong {
            let client = try Self.client("http://127.0.0.1:1", without.merging(settings) { $1 })
            #expect(
                await Self.failure { () async throws(S3Error) in _ = try await client.get(Self.place, limit: 10) }?.kind
                    == .configuration)
            await client.shutdown()
        }
    }

    @Test("An expired token of a role is had anew")
    func expired() async throws {
        let without = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""]
        let given = Mutex(0)
        try await CannedServer.serve(
            path: "",
            { asked, _ in
                if asked.uri == "/role" {
                    let number = given.withLock {
                        $0 += 1; return $0
                    }
                    return .json(
                        #"{"AccessKeyId":"KEY\#(number)","SecretAccessKey":"S","Token":"T\#(number)","Expiration":"2099-01-01T00:00:00Z"}"#
                    )
                }
                return asked.headers["x-amz-security-token"] == "T1"
                    ? Self.error("ExpiredToken", 400) : Answer(body: Array("{}".utf8))
            }
        ) { _, url in
            let client = try Self.client(
                url, without.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/role"]) { $1 })
            #expect(try await client.get(Self.place, limit: 10) == Array("{}".utf8))
            await client.shutdown()
        }
    }
}
