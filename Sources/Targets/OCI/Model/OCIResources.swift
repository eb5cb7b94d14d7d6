/// What a control group limits ("Control groups", config-linux.md).
package typealias OCIResources = OCIObject<OCIResourcesFields>
package typealias OCIDeviceRule = OCIObject<OCIDeviceRuleFields>
package typealias OCIMemory = OCIObject<OCIMemoryFields>
package typealias OCICPU = OCIObject<OCICPUFields>
package typealias OCIPids = OCIObject<OCIPidsFields>
package typealias OCIBlockIO = OCIObject<OCIBlockIOFields>
package typealias OCIWeightDevice = OCIObject<OCIWeightDeviceFields>
package typealias OCIThrottleDevice = OCIObject<OCIThrottleDeviceFields>
package typealias OCIHugepageLimit = OCIObject<OCIHugepageLimitFields>
package typealias OCINetwork = OCIObject<OCINetworkFields>
package typealias OCIInterfacePriority = OCIObject<OCIInterfacePriorityFields>
package typealias OCIRdma = OCIObject<OCIRdmaFields>

package struct OCIResourcesFields: OCIFields {
  package let devices = OCIField<[OCIDeviceRule]>("devices")
  package let memory = OCIField<OCIMemory>("memory")
  package let cpu = OCIField<OCICPU>("cpu")
  package let pids = OCIField<OCIPids>("pids")
  package let blockIO = OCIField<OCIBlockIO>("blockIO")
  package let hugepageLimits = OCIField<[OCIHugepageLimit]>("hugepageLimits")
  package let network = OCIField<OCINetwork>("network")
  package let rdma = OCIField<OCIMap<OCIRdma>>("rdma")
  package let unified = OCIField<OCIMap<String>>("unified")
  package init() {}
}

package struct OCIDeviceRuleFields: OCIFields {
  package let allow = OCIField<Bool>("allow")
  package let type = OCIField<String>("type")
  package let major = OCIField<Int64>("major")
  package let minor = OCIField<Int64>("minor")
  package let access = OCIField<String>("access")
  package init() {}
}

package struct OCIMemoryFields: OCIFields {
  package let limit = OCIField<Int64>("limit")
  package let reservation = OCIField<Int64>("reservation")
  package let swap = OCIField<Int64>("swap")
  package let kernel = OCIField<Int64>("kernel")
  package let kernelTCP = OCIField<Int64>("kernelTCP")
  package let swappiness = OCIField<UInt64>("swappiness")
  package let disableOOMKiller = OCIField<Bool>("disableOOMKiller")
  package let useHierarchy = OCIField<Bool>("useHierarchy")
  package let checkBeforeUpdate = OCIField<Bool>("checkBeforeUpdate")
  package init() {}
}

package struct OCICPUFields: OCIFields {
  package let shares = OCIField<UInt64>("shares")
  package let quota = OCIField<Int64>("quota")
  package let burst = OCIField<UInt64>("burst")
  package let period = OCIField<UInt64>("period")
  package let realtimeRuntime = OCIField<Int64>("realtimeRuntime")
  package let realtimePeriod = OCIField<UInt64>("realtimePeriod")
  package let cpus = OCIField<String>("cpus")
  package let mems = OCIField<String>("mems")
  package let idle = OCIField<Int64>("idle")
  package init() {}
}

package struct OCIPidsFields: OCIFields {
  package let limit = OCIField<Int64>("limit")
  package init() {}
}

package struct OCIBlockIOFields: OCIFields {
  package let weight = OCIField<UInt32>("weight")
  package let leafWeight = OCIField<UInt32>("leafWeight")
  package let weightDevice = OCIField<[OCIWeightDevice]>("weightDevice")
  package let throttleReadBpsDevice = OCIField<[OCIThrottleDevice]>("throttleReadBpsDevice")
  package let throttleWriteBpsDevice = OCIField<[OCIThrottleDevice]>("throttleWriteBpsDevice")
  package let throttleReadIOPSDevice = OCIField<[OCIThrottleDevice]>("throttleReadIOPSDevice")
  package let throttleWriteIOPSDevice = OCIField<[OCIThrottleDevice]>("throttleWriteIOPSDevice")
  package init() {}
}

package struct OCIWeightDeviceFields: OCIFields {
  package let major = OCIField<Int64>("major")
  package let minor = OCIField<Int64>("minor")
  package let weight = OCIField<UInt32>("weight")
  package let leafWeight = OCIField<UInt32>("leafWeight")
  package init() {}
}

package struct OCIThrottleDeviceFields: OCIFields {
  package let major = OCIField<Int64>("major")
  package let minor = OCIField<Int64>("minor")
  package let rate = OCIField<UInt64>("rate")
  package init() {}
}

package struct OCIHugepageLimitFields: OCIFields {
  package let pageSize = OCIField<String>("pageSize")
  package let limit = OCIField<UInt64>("limit")
  package init() {}
}

package struct OCINetworkFields: OCIFields {
  package let classID = OCIField<UInt32>("classID")
  package let priorities = OCIField<[OCIInterfacePriority]>("priorities")
  package init() {}
}

package struct OCIInterfacePriorityFields: OCIFields {
  package let name = OCIField<String>("name")
  package let priority = OCIField<UInt32>("priority")
  package init() {}
}

package struct OCIRdmaFields: OCIFields {
  package let hcaHandles = OCIField<UInt32>("hcaHandles")
  package let hcaObjects = OCIField<UInt32>("hcaObjects")
  package init() {}
}
