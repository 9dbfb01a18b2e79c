import Foundation
import PerigeeTesting
import Testing

/// The whole way with a bucket for landing zone, on each S3 service at hand.
@Suite(.serialized, .enabled(if: !TestS3.all.isEmpty, "\(TestS3.notice)"))
struct S3LandingTests {
    private func place(_ service: TestS3, _ replay: String?, endpoint: String? = nil) throws -> (
        place: Workplace, prefix: String
    ) {
        let prefix = service.newPrefix()
        return (
            try Workplace(
                service: replay,
                environment: service.environment(endpoint: endpoint).merging(["PERIGEE_LANDING": prefix]) { $1 }),
            prefix
        )
    }

    private func key(_ prefix: String, _ service: TestS3) -> String {
        String(prefix.dropFirst("s3://\(service.bucket)/".count))
    }

    private static let download = """
        import os
        bucket, prefix, folder = sys.argv[1:]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/"):
            for entry in page.get("Contents", []):
                s3.download_file(bucket, entry["Key"], os.path.join(folder, entry["Key"][len(prefix) + 1:]))
        """

    @Test(
        "The year 2020 publishes the same content hash as from a folder, and AWS's own client reads the same bytes",
        arguments: TestS3.all)
    func year(service: TestS3) async throws {
        let replay = try await Replay(limit: 1_000_000)
        let local = try Workplace(service: replay.baseURL)
        _ = try await local.backfill()
        let (place, prefix) = try place(service, replay.baseURL)
        let first = try await place.backfill()
        #expect(try first["landing"] == prefix)
        #expect(try first["windows.published"] == 46)
        let expected = try await UndisturbedYear.shared.contentHash
        #expect(try await place.contentHash() == expected)

        let copy = try TemporaryFolder()
        _ = try await service.boto3(Self.download, service.bucket, key(prefix, service), copy.path)
        let names = try copy.files()
        // Of each window the body, its manifest, the audit's verdict and the processed rows.
        #expect(names.count == 4 * 46)
        #expect(try names == local.landed(""))
        for name in names
        where name.hasPrefix("nasa_neo_processed_")
            || name.hasPrefix("nasa_neo_raw_") && !name.hasSuffix(".manifest.json")
        {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: copy(name))) == local.bytes("data/landing/\(name)"), "\(name)"
            )
        }
        for name in names where name.hasSuffix(".manifest.json") {
            func sha256(_ data: Data) throws -> String? {
                (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["sha256"] as? String
            }
            #expect(
                try sha256(Data(contentsOf: URL(fileURLWithPath: copy(name))))
                    == sha256(local.bytes("data/landing/\(name)")), "\(name)")
        }

        // Again: nothing is asked for and nothing changes.
        let again = try await place.backfill()
        #expect(try again["windows.skipped"] == 46)
        #expect(try again["requests.sent"] == 0)
        // Into a new store: everything is landed, nothing is asked for.
        let fresh = try Workplace(service: replay.baseURL, environment: place.environment)
        let second = try await fresh.backfill()
        #expect(try second["windows.published"] == 46)
        #expect(try second["requests.sent"] == 0)
        #expect(try await fresh.contentHash() == expected)
    }

    @Test("perigee transform reads an object or a prefix like a file or a folder", arguments: TestS3.all)
    func transform(service: TestS3) async throws {
        let replay = try await Replay()
        let local = try Workplace(service: replay.baseURL)
        _ = try await local.json("run", "--from", "2020-02-03", "--to", "2020-02-18")
        let (place, prefix) = try place(service, replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-18")
        let expected = try await local.perigee("transform", "data/landing").output
        #expect(expected.count > 10_000)
        for folder in [prefix, prefix + "/"] {
            #expect(try await place.perigee("transform", folder).output == expected)
        }
        let summary = try await place.json("transform", prefix, "--output", "out.csv")
        #expect(try summary["files"] == 2)
        #expect(try place.bytes("out.csv") == Data(expected.utf8))
        let one = try await place.perigee("transform", "\(prefix)/nasa_neo_raw_2020-02-10.json").output
        #expect(try await local.perigee("transform", "data/landing/nasa_neo_raw_2020-02-10.json").output == one)
        #expect(one.count > 1000)
        #expect(try await place.perigee("transform", "\(prefix)/absent.json").status == 74)
        #expect(try await place.perigee("transform", "s3://no-such-bucket-of-ours/x.json").status == 64)
        #expect(try await place.perigee("transform", "s3://user:SECRET9@bucket/x.json").status == 64)
    }

    @Test(
        "perigee run --raw lands an object that somebody else put there, a prefix, and another landing zone with its receipts",
        arguments: TestS3.all)
    func raw(service: TestS3) async throws {
        let (place, prefix) = try place(service, "http://127.0.0.1:1/neo/rest/v1")
        let foreign = service.newPrefix()
        let upload = "s3.upload_file(sys.argv[3], sys.argv[1], sys.argv[2] + '/theirs.json')"
        let theirs = place.folder("theirs.json")
        try Sample.week.write(toFile: theirs, atomically: true, encoding: .utf8)
        _ = try await service.boto3(upload, service.bucket, key(foreign, service), theirs)
        let first = try await place.json("run", "--raw", "\(foreign)/theirs.json")
        #expect(try first["windows.published"] == 1)
        #expect(try first["rows.inserted"] == 3)
        #expect(try first["requests.sent"] == 0)
        let again = try await place.json("run", "--raw", foreign)
        #expect(try again["rows.inserted"] == 0)
        // From the landing zone that this made, into a folder and a new store: the same data, the same bytes, the same
        // receipt.
        let local = try Workplace(service: "http://127.0.0.1:1/neo/rest/v1", environment: service.environment())
        _ = try await local.json("run", "--raw", prefix)
        #expect(try await local.contentHash() == place.contentHash())
        let copy = try TemporaryFolder()
        _ = try await service.boto3(Self.download, service.bucket, key(prefix, service), copy.path)
        #expect(try copy.files().count == 4)
        #expect(try copy.files() == local.landed(""))
        for name in try copy.files() {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: copy(name))) == local.bytes("data/landing/\(name)"), "\(name)"
            )
        }
        #expect(try await place.perigee("run", "--raw", "\(foreign)/absent.json").status == 74)
        #expect(try await place.perigee("run", "--raw", foreign, "--raw", theirs).status == 64)
    }

    @Test("perigee doctor looks at the bucket", arguments: TestS3.all)
    func doctor(service: TestS3) async throws {
        let replay = try await Replay()
        let (place, prefix) = try place(service, replay.baseURL)
        let finding = try await place.json("doctor").list("findings").first { try $0["subject"] == "landing" }
        #expect(try finding?["verdict"] == "ok")
        #expect(try finding?["detail"] == "\(prefix) can be listed")
        let missing = try await place.json("doctor", "--landing", "s3://no-such-bucket-of-ours/x", status: 64)
        #expect(try missing.list("findings").contains { try $0["subject"] == "landing" && $0["exit_code"] == 64 })
    }

    @Test("Killed at any moment, the next run ends as an undisturbed one does", arguments: TestS3.all)
    func killed(service: TestS3) async throws {
        let replay = try await Replay(limit: 1_000_000)
        let (place, prefix) = try place(service, replay.baseURL)
        for _ in 0..<4 {
            let started = try place.startBackfill("--concurrency", "2")
            try await Task.sleep(for: .milliseconds(.random(in: 100...900)))
            started.signal(SIGKILL)
            _ = await started.outcome()
        }
        _ = try await place.backfill("--max-wait", "0")
        #expect(try await place.contentHash() == UndisturbedYear.shared.contentHash)
        let copy = try TemporaryFolder()
        _ = try await service.boto3(Self.download, service.bucket, key(prefix, service), copy.path)
        #expect(try copy.files().count == 4 * 46)
    }

    @Test(
        "Killed in the middle of a multipart upload: nothing under the final key, and the next run completes",
        arguments: TestS3.all)
    func killedInParts(service: TestS3) async throws {
        let replay = try await Replay()
        // A body of three parts: the same approaches and 20 MB of blanks.
        let large = try await Proxy(to: replay.baseURL, edit: "return status, headers, body + b' ' * 20_000_000")
        let port = try #require(URL(string: service.endpoint)?.port)
        let line = try await SlowLine(to: port, bytesPerSecond: 3_000_000)
        let (place, prefix) = try place(service, large.baseURL, endpoint: line.baseURL)
        let started = try place.start("run", "--from", "2020-02-03", "--to", "2020-02-10")
        // As soon as the service has a part.
        let parts = try await service.boto3(
            """
            import time
            bucket, prefix = sys.argv[1:]
            for _ in range(400):
                for upload in s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", []):
                    parts = s3.list_parts(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]).get("Parts", [])
                    if parts:
                        print(upload["Key"].split("/")[-1], len(parts))
                        sys.exit()
                time.sleep(0.02)
            """, service.bucket, key(prefix, service))
        started.signal(SIGKILL)
        #expect(await started.outcome().status == -SIGKILL)
        #expect(parts.hasPrefix("nasa_neo_raw_2020-02-10.json "), "no upload was met: \(parts)")
        let listing = "print(s3.list_objects_v2(Bucket=sys.argv[1], Prefix=sys.argv[2])['KeyCount'])"
        #expect(try await service.boto3(listing, service.bucket, key(prefix, service)) == "0\n")

        let next = try await place.json(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", environment: ["AWS_ENDPOINT_URL_S3": service.endpoint])
        #expect(try next["windows.published"] == 1)
        #expect(try await next["rows.inserted"] == Replay.week.count)
        let sizes = """
            prefix = sys.argv[2]
            print(*[f"{e['Key'].split('/')[-1]}:{e['Size'] > 20_000_000}" for e in s3.list_objects_v2(Bucket=sys.argv[1], Prefix=prefix)["Contents"]])
            """
        #expect(
            try await service.boto3(sizes, service.bucket, key(prefix, service))
                == "nasa_neo_processed_2020-02-10.csv:False nasa_neo_raw_2020-02-10.json:True nasa_neo_raw_2020-02-10.manifest.json:False "
                + "nasa_neo_verdict_2020-02-10.v2.json:False\n")
    }
}
