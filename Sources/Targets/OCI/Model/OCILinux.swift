/// What a container is on Linux ("Linux Container Configuration", config-linux.md).
package typealias OCILinux = OCIObject<OCILinuxFields>
package typealias OCINamespace = OCIObject<OCINamespaceFields>
package typealias OCIDevice = OCIObject<OCIDeviceFields>
package typealias OCINetDevice = OCIObject<OCINetDeviceFields>
package typealias OCIIntelRdt = OCIObject<OCIIntelRdtFields>
package typealias OCIMemoryPolicy = OCIObject<OCIMemoryPolicyFields>
package typealias OCIPersonality = OCIObject<OCIPersonalityFields>
package typealias OCITimeOffset = OCIObject<OCITimeOffsetFields>
package typealias OCISeccomp = OCIObject<OCISeccompFields>
package typealias OCISyscallRule = OCIObject<OCISyscallRuleFields>
package typealias OCISyscallArgument = OCIObject<OCISyscallArgumentFields>

package struct OCILinuxFields: OCIFields {
  package let uidMappings = OCIField<[OCIIDMapping]>("uidMappings")
  package let gidMappings = OCIField<[OCIIDMapping]>("gidMappings")
  package let sysctl = OCIField<OCIMap<String>>("sysctl")
  package let resources = OCIField<OCIResources>("resources")
  package let cgroupsPath = OCIField<String>("cgroupsPath")
  package let namespaces = OCIField<[OCINamespace]>("namespaces")
  package let devices = OCIField<[OCIDevice]>("devices")
  package let netDevices = OCIField<OCIMap<OCINetDevice>>("netDevices")
  package let seccomp = OCIField<OCISeccomp>("seccomp")
  package let rootfsPropagation = OCIField<String>("rootfsPropagation")
  package let maskedPaths = OCIField<[String]>("maskedPaths")
  package let readonlyPaths = OCIField<[String]>("readonlyPaths")
  package let mountLabel = OCIField<String>("mountLabel")
  package let intelRdt = OCIField<OCIIntelRdt>("intelRdt")
  package let memoryPolicy = OCIField<OCIMemoryPolicy>("memoryPolicy")
  package let personality = OCIField<OCIPersonality>("personality")
  package let timeOffsets = OCIField<OCIMap<OCITimeOffset>>("timeOffsets")
  package init() {}
}

package struct OCINamespaceFields: OCIFields {
  package let type = OCIField<String>("type")
  package let path = OCIField<String>("path")
  package init() {}
}

package struct OCIDeviceFields: OCIFields {
  package let path = OCIField<String>("path")
  package let type = OCIField<String>("type")
  package let major = OCIField<Int64>("major")
  package let minor = OCIField<Int64>("minor")
  package let fileMode = OCIField<UInt32>("fileMode")
  package let uid = OCIField<UInt32>("uid")
  package let gid = OCIField<UInt32>("gid")
  package init() {}
}

package struct OCINetDeviceFields: OCIFields {
  package let name = OCIField<String>("name")
  package init() {}
}

package struct OCIIntelRdtFields: OCIFields {
  package let closID = OCIField<String>("closID")
  package let schemata = OCIField<[String]>("schemata")
  package let l3CacheSchema = OCIField<String>("l3CacheSchema")
  package let memBwSchema = OCIField<String>("memBwSchema")
  package let enableCMT = OCIField<Bool>("enableCMT")
  package let enableMBM = OCIField<Bool>("enableMBM")
  package let enableMonitoring = OCIField<Bool>("enableMonitoring")
  package init() {}
}

package struct OCIMemoryPolicyFields: OCIFields {
  package let mode = OCIField<String>("mode")
  package let nodes = OCIField<String>("nodes")
  package let flags = OCIField<[String]>("flags")
  package init() {}
}

package struct OCIPersonalityFields: OCIFields {
  package let domain = OCIField<String>("domain")
  package let flags = OCIField<[String]>("flags")
  package init() {}
}

package struct OCITimeOffsetFields: OCIFields {
  package let secs = OCIField<Int64>("secs")
  package let nanosecs = OCIField<UInt32>("nanosecs")
  package init() {}
}

package struct OCISeccompFields: OCIFields {
  package let defaultAction = OCIField<String>("defaultAction")
  package let defaultErrnoRet = OCIField<UInt32>("defaultErrnoRet")
  package let architectures = OCIField<[String]>("architectures")
  package let flags = OCIField<[String]>("flags")
  package let listenerPath = OCIField<String>("listenerPath")
  package let listenerMetadata = OCIField<String>("listenerMetadata")
  package let syscalls = OCIField<[OCISyscallRule]>("syscalls")
  package init() {}
}

package struct OCISyscallRuleFields: OCIFields {
  package let names = OCIField<[String]>("names")
  package let action = OCIField<String>("action")
  package let errnoRet = OCIField<UInt32>("errnoRet")
  package let args = OCIField<[OCISyscallArgument]>("args")
  package init() {}
}

package struct OCISyscallArgumentFields: OCIFields {
  package let index = OCIField<UInt32>("index")
  package let value = OCIField<UInt64>("value")
  package let valueTwo = OCIField<UInt64>("valueTwo")
  package let op = OCIField<String>("op")
  package init() {}
}
