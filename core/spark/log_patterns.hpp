// SPDX-License-Identifier: Apache-2.0
// What the words of an exception mean.
#pragma once

#include <array>
#include <string_view>

namespace kspark::spark {

struct LogPattern {
    std::string_view id;
    std::array<std::string_view, 10> words; ///< any of them
    std::string_view sentence;
    std::string_view remedy;
};

/// The most telling first.
inline constexpr std::array kLogPatterns = {
    LogPattern{
        "checkpoint-conflict",
        {"Multiple streaming jobs detected", "CONCURRENT_STREAM_LOG_UPDATE"},
        "two streams write to one checkpoint",
        "kubectl get sparkapplications.sparkoperator.k8s.io -A -o yaml | grep -i checkpoint\n"
        "# give each stream a checkpoint of its own"},
    LogPattern{"checkpoint-incompatible",
               {"in the checkpoint offsets and now there are",
                "Provided schema doesn't match to the schema for existing state",
                "StateSchemaNotCompatible", "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE",
                "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "unsupported log version",
                "STREAMING_STATEFUL_OPERATOR_NOT_MATCH", "UNSUPPORTED_LOG_VERSION",
                "schema of state store is not compatible", "Error reading delta file"},
               "the checkpoint is of another version of the program",
               "# go back to the version that wrote it, or start with a new checkpoint"},
    LogPattern{
        "offsets-lost",
        {"some data may have been missed", "OffsetOutOfRangeException", "KAFKA_DATA_LOSS",
         "Some data may have been lost"},
        "the source no longer has the rows that the checkpoint wants next",
        "# raise the retention of the topic; option failOnDataLoss=false goes on without them"},
    LogPattern{"kafka-access",
               {"SaslAuthenticationException", "TopicAuthorizationException",
                "GroupAuthorizationException", "SslAuthenticationException",
                "ClusterAuthorizationException", "Not authorized to access topics",
                "Not authorized to access group"},
               "Kafka refuses the user",
               "# check the user's secret and its rights on topic and group"},
    LogPattern{"kafka-unreachable",
               {"No resolvable bootstrap urls", "Timed out waiting for a node assignment",
                "Failed to construct kafka", "org.apache.kafka.common.errors.TimeoutException",
                "Bootstrap broker"},
               "Kafka cannot be reached",
               "# check kafka.bootstrap.servers and network policies"},
    LogPattern{"storage-access",
               {"Status Code: 403", "AccessDeniedException", "InvalidAccessKeyId",
                "SignatureDoesNotMatch", "NoAuthWithAWSException", "NoAwsCredentials",
                "Unable to load credentials", "No AWS Credentials provided",
                "AuthorizationPermissionMismatch", "Invalid Credentials"},
               "the object store refuses the credentials",
               "# check the secret and the rights of its user on the bucket"},
    LogPattern{"database-access",
               {"password authentication failed", "Access denied for user", "ORA-01017",
                "Login failed for user", "no pg_hba.conf entry", "invalid username/password"},
               "the database refuses the user",
               "# check the user's secret and its rights"},
    LogPattern{"database-unreachable",
               {"Communications link failure", "The connection attempt failed",
                "Check that the hostname and port are correct",
                "The TCP/IP connection to the host"},
               "the database cannot be reached",
               "# check the JDBC URL and network policies"},
    LogPattern{"executor-quota",
               {"exceeded quota"},
               "a quota has no room for executors",
               "# ask for fewer or smaller executors, or have the quota raised"},
    LogPattern{
        "driver-rights",
        {"cannot create resource", "cannot list resource", "cannot watch resource",
         "cannot get resource", "cannot delete resource", "cannot deletecollection resource"},
        "the driver's service account may not manage executors",
        "# a Role with create, get, list, watch, delete, deletecollection on pods, services,\n"
        "# configmaps and persistentvolumeclaims, and a RoleBinding for driver.serviceAccount"},
    LogPattern{
        "api-unreachable",
        {"UnknownHostException: kubernetes.default", "External scheduler cannot be instantiated"},
        "the driver cannot reach the API server",
        "kubectl -n kube-system get pods -l k8s-app=kube-dns\n"
        "# cluster DNS, network policies, a mesh sidecar that starts later than the driver"},
    LogPattern{"class-missing",
               {"Failed to load class", "ClassNotFoundException", "NoClassDefFoundError"},
               "a class is missing",
               "# check mainClass and the jars; local:// means a path inside the image"},
    LogPattern{"class-version",
               {"NoSuchMethodError", "UnsupportedClassVersionError", "IncompatibleClassChangeError",
                "InvalidClassException", "AbstractMethodError"},
               "the program was built against other versions than the image has",
               "# build it for the image's versions of Spark, Scala and Java"},
    LogPattern{"module-missing",
               {"ModuleNotFoundError", "ImportError"},
               "a Python module is missing",
               "# add it to the image, or to deps.pyFiles"},
    LogPattern{"file-missing",
               {"can't open file", "NoSuchFileException", "FileNotFoundException", "PATH_NOT_FOUND",
                "Path does not exist"},
               "a file is missing",
               "# check mainApplicationFile and the paths; local:// means a path inside the image"},
    LogPattern{"java-heap",
               {"java.lang.OutOfMemoryError", "GC overhead limit exceeded"},
               "Java ran out of memory",
               "# raise driver.memory (or executor.memory), or collect() less"},
    LogPattern{"python-worker-crash",
               {"Python worker exited unexpectedly"},
               "a Python worker died in an executor: mostly out of memory",
               "# raise executor.memoryOverhead: Python's memory is outside of Java's"},
    LogPattern{"python-version",
               {"PYTHON_VERSION_MISMATCH", "Python in worker has different version"},
               "driver and executors have different Python versions",
               "# use the same image for both, or set PYSPARK_PYTHON in both"},
    LogPattern{"disk-full",
               {"No space left on device"},
               "a disk is full",
               "# give spark.local.dir a volume that is large enough"},
    LogPattern{
        "image-entrypoint",
        {"bad array subscript", "exec format error"},
        "the image cannot start Spark",
        "# build it from Spark's own image without changing PATH, and for the nodes' processor"},
    LogPattern{"host-unknown",
               {"UnknownHostException", "Name or service not known"},
               "a host name is not known",
               "# check the address, and the cluster's DNS"},
    LogPattern{"connection-refused",
               {"Connection refused", "ConnectTimeoutException", "Connection timed out"},
               "a service cannot be reached",
               "# does it run, and is the way open (network policies)?"},
};

} // namespace kspark::spark
