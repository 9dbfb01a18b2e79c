// swift-tools-version: 6.2
import PackageDescription

/// One layer a target; an arrow below may only point to a target above it (docs/architecture.md).
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The program carries the Swift runtime and Foundation in itself: nothing to install where it runs, and a start three
/// times as fast. Linked so by hand, because `--static-swift-stdlib` would also recompile everything that the tests
/// share.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib"]
            + [
                "Foundation", "CoreFoundation", "FoundationEssentials", "FoundationInternationalization",
                "_FoundationICU", "_FoundationCShims",
                "_FoundationCollections", "dispatch", "BlocksRuntime", "swiftDispatch", "stdc++", "m",
            ].map { "-l\($0)" },
        .when(platforms: [.linux], configuration: .release))
]

let package = Package(
    name: "perigee",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "perigee", targets: ["perigee"]),
        .library(name: "NearEarth", targets: ["NearEarth"]),
        .library(name: "NeoWs", targets: ["NeoWs"]),
        .library(name: "S3", targets: ["S3"]),
        .library(name: "SparkConnect", targets: ["SparkConnect"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "Support", swiftSettings: settings),
        .target(name: "NearEarth", swiftSettings: settings),
        .target(
            name: "NeoWs",
            dependencies: [
                "Support", "NearEarth",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "Gzip",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
            ],
            swiftSettings: settings),
        .target(
            name: "NeoWsSimulator",
            dependencies: [
                "NearEarth", "Gzip",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "S3",
            dependencies: [
                "Support", "NearEarth",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .target(
            name: "Landing",
            dependencies: [
                "Support", "NearEarth", "S3", "CPlatform", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SparkConnect",
            dependencies: [
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Protocol/spark_connect.proto"],
            swiftSettings: settings),
        .target(
            name: "Transform",
            dependencies: ["Support", "NearEarth", "NeoWs", "S3", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "SparkJobs",
            dependencies: [
                "Support", "NearEarth", "SparkConnect", "Transform", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(name: "Scheduling", dependencies: ["Support", "NearEarth"], swiftSettings: settings),
        .target(name: "CPlatform"),
        .target(name: "CPostgres"),
        .target(name: "CMariaDB"),
        .target(
            name: "Warehouse",
            dependencies: [
                "Support", "NearEarth", "Scheduling", "CPostgres", "CMariaDB",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            resources: ["sqlite", "postgres", "mysql"].flatMap { database in
                ["schema", "2-schedules-and-logs", "3-evidence"].map {
                    .embedInCode("Migrations/\(database)-\($0).sql")
                }
            },
            swiftSettings: settings),
        .target(
            name: "Pipeline",
            dependencies: [
                "Support", "NearEarth", "NeoWs", "S3", "Landing", "SparkConnect", "SparkJobs", "Transform",
                "Scheduling", "Warehouse",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(name: "Charts", dependencies: ["NearEarth"], swiftSettings: settings),
        .target(
            name: "Server",
            dependencies: [
                "Support", "NearEarth", "Scheduling", "Landing", "Warehouse", "Pipeline", "Gzip", "Charts",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: ["style.css", "dashboard.js", "icon.svg"].map { .embedInCode("Pages/Assets/\($0)") },
            swiftSettings: settings),
        .executableTarget(
            name: "perigee",
            dependencies: [
                "CPlatform", "Support", "NearEarth", "NeoWs", "NeoWsSimulator", "S3", "Landing", "SparkConnect",
                "SparkJobs", "Transform", "Scheduling", "Warehouse", "Pipeline", "Server",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings, linkerSettings: selfContained),
        .target(
            name: "PerigeeTesting",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Tests/PerigeeTesting", swiftSettings: settings),
        .testTarget(name: "SupportTests", dependencies: ["Support", "PerigeeTesting"], swiftSettings: settings),
        .testTarget(name: "NearEarthTests", dependencies: ["NearEarth"], swiftSettings: settings),
        .testTarget(
            name: "NeoWsTests",
            dependencies: [
                "Support", "NeoWs", "NearEarth", "PerigeeTesting", .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        .testTarget(
            name: "NeoWsSimulatorTests",
            dependencies: [
                "Support", "NeoWsSimulator", "NeoWs", "Transform", "NearEarth", "PerigeeTesting",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        .testTarget(
            name: "S3Tests",
            dependencies: [
                "S3", "PerigeeTesting", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LandingTests",
            dependencies: [
                "Landing", "S3", "NearEarth", "PerigeeTesting", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SchedulingTests",
            dependencies: [
                "Support", "Scheduling", "Warehouse", "Pipeline", "NearEarth", "PerigeeTesting",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SparkConnectTests", dependencies: ["SparkConnect", "PerigeeTesting"], swiftSettings: settings),
        .testTarget(
            name: "TransformTests",
            dependencies: ["Transform", "SparkConnect", "NeoWs", "NearEarth", "PerigeeTesting"], swiftSettings: settings
        ),
        .testTarget(name: "ChartsTests", dependencies: ["Charts"], swiftSettings: settings),
        .testTarget(
            name: "WarehouseTests", dependencies: ["Support", "Warehouse", "NearEarth", "PerigeeTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Support", "Pipeline", "Warehouse", "Landing", "NeoWs", "Transform", "NearEarth", "PerigeeTesting",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["NearEarth", "PerigeeTesting", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceTests",
            dependencies: ["NearEarth", "PerigeeTesting", .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["Model"],
            swiftSettings: settings),
        .testTarget(
            name: "ExamplesTests",
            dependencies: [
                "NearEarth", "NeoWs", "S3", "SparkConnect", "PerigeeTesting",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "PerigeeTesting", "Support", "Pipeline", "Transform", "Warehouse",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
