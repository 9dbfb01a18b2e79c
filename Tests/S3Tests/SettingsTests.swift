import Foundation
import PerigeeTesting
import S3
import Testing

/// Where settings come from: AWS's variables and files.
@Suite struct SettingsTests {
    private let home: TemporaryFolder

    init() throws {
        home = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: home(".aws"), withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: home(".aws/\(name)"), atomically: true, encoding: .utf8)
    }

    private func configuration(_ variables: [String: String] = [:]) throws -> S3Configuration {
        try S3Configuration(environment: ["HOME": home.path].merging(variables) { $1 })
    }

    @Test func withoutAnythingItIsAWS() throws {
        let found = try configuration()
        #expect(found.region == "us-east-1" && found.endpoint == nil && found.addressing == nil && found.attempts == 5)
    }

    @Test(
        "A bucket is named in the host at AWS, in the path elsewhere, and as the profile says",
        arguments: [
            ([:], "https://bucket.s3.us-east-1.amazonaws.com/a%20b/c", "https://bucket.s3.us-east-1.amazonaws.com/"),
            (
                ["AWS_REGION": "cn-north-1"], "https://bucket.s3.cn-north-1.amazonaws.com.cn/a%20b/c",
                "https://bucket.s3.cn-north-1.amazonaws.com.cn/"
            ),
            (
                ["AWS_PROFILE": "paths"], "https://s3.us-east-1.amazonaws.com/bucket/a%20b/c",
                "https://s3.us-east-1.amazonaws.com/bucket"
            ),
            (
                ["AWS_ENDPOINT_URL": "http://127.0.0.1:9/s3/"], "http://127.0.0.1:9/s3/bucket/a%20b/c",
                "http://127.0.0.1:9/s3/bucket"
            ),
            (
                ["AWS_ENDPOINT_URL": "http://s3.lab:9", "AWS_PROFILE": "hosts"], "http://bucket.s3.lab:9/a%20b/c",
                "http://bucket.s3.lab:9/"
            ),
        ])
    func addresses(_ variables: [String: String], _ object: String, _ bucket: String) throws {
        try write(
            "config",
            "[profile paths]\ns3 =\n  addressing_style = path\n[profile hosts]\ns3 =\n  addressing_style = virtual\n")
        let found = try configuration(variables)
        #expect(found.url(of: S3Location(bucket: "bucket", key: "a b/c")) == object)
        #expect(found.url(of: S3Location(bucket: "bucket", key: "")) == bucket)
        // AWS's certificate has one label before s3.
        if found.endpoint == nil {
            #expect(found.url(of: S3Location(bucket: "my.bucket", key: "k")).hasSuffix("/my.bucket/k"))
        }
    }

    @Test func aVariableCountsBeforeTheProfile() throws {
        try write("config", "[default]\nregion = eu-west-1\nmax_attempts = 3\n")
        #expect(try configuration().region == "eu-west-1" && configuration().attempts == 3)
        #expect(try configuration(["AWS_DEFAULT_REGION": "eu-west-2"]).region == "eu-west-2")
        #expect(
            try configuration(["AWS_DEFAULT_REGION": "eu-west-2", "AWS_REGION": "eu-west-3"]).region == "eu-west-3")
        #expect(try configuration(["AWS_REGION": "", "AWS_MAX_ATTEMPTS": "9"]).attempts == 9)
    }

    @Test func aProfileIsFoundInBothFilesWithCommentsAndNestedKeys() throws {
        try write(
            "config",
            """
            # shared
            [default]
            region = eu-west-1
            [profile lab]
            region=eu-central-1   ; the lab's
            services = own
            s3 =
                addressing_style = virtual
            [services own]
            s3 =
                endpoint_url = http://127.0.0.1:9000/
            """)
        try write("credentials", "[lab]\naws_access_key_id = A\naws_secret_access_key = B\n")
        let lab = try configuration(["AWS_PROFILE": "lab"])
        #expect(lab.region == "eu-central-1" && lab.endpoint == "http://127.0.0.1:9000" && lab.addressing == .virtual)
        #expect(
            try configuration(["AWS_PROFILE": "lab", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]).endpoint == nil)
        #expect(
            try configuration(["AWS_PROFILE": "lab", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"]).endpoint
                == "http://127.0.0.1:1")
        #expect(
            try configuration(["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2"])
                .endpoint == "http://127.0.0.1:2")
    }

    @Test(arguments: [
        (["AWS_PROFILE": "absent"], "absent"), (["AWS_MAX_ATTEMPTS": "many"], "AWS_MAX_ATTEMPTS"),
        (["AWS_REGION": "eu west"], "AWS_REGION"),
        (["AWS_ENDPOINT_URL_S3": "ftp://host"], "AWS_ENDPOINT_URL_S3"),
        (["AWS_ENDPOINT_URL_S3": "http://u:SECRET9@host"], "AWS_ENDPOINT_URL_S3"),
    ])
    func whatIsWrongIsNamed(_ variables: [String: String], _ name: String) throws {
        let error = #expect(throws: S3Error.self) { try configuration(variables) }
        #expect(
            try #require(error).kind == .configuration && "\(error!)".contains(name) && !"\(error!)".contains("SECRET9")
        )
    }

    @Test(arguments: [
        "s3://bucket/a/b.json": ("bucket", "a/b.json"), "s3://bucket": ("bucket", ""),
        "S3://my.bucket/": ("my.bucket", ""),
    ])
    func urls(_ url: String, _ parts: (String, String)) {
        let place = S3Location(url)
        #expect(place?.bucket == parts.0 && place?.key == parts.1)
    }

    @Test(arguments: [
        "s3://", "s3:///key", "s3://key:secret@bucket/x", "s3://a b/x", "data/landing", "https://bucket/x",
    ])
    func noURLs(_ text: String) { #expect(S3Location(text) == nil) }
}
