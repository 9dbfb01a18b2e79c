import GRPCCore
import SwiftProtobuf

/// SwiftProtobuf's messages as gRPC's bytes.
struct MessageEncoder<Message: SwiftProtobuf.Message>: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
        Bytes(try message.serializedBytes() as [UInt8])
    }
}

/// gRPC's bytes as SwiftProtobuf's messages.
struct MessageDecoder<Message: SwiftProtobuf.Message>: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
        try bytes.withUnsafeBytes { try Message(serializedBytes: Array($0)) }
    }
}

extension MethodDescriptor {
    /// A method of `spark.connect.SparkConnectService`.
    static func spark(_ name: String) -> MethodDescriptor {
        MethodDescriptor(fullyQualifiedService: "spark.connect.SparkConnectService", method: name)
    }
}
