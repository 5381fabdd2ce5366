#!/bin/bash
# Makes the fixtures anew with Apache Kafka's own classes: KAFKA_HOME=... KAFKA_KRAFT_HOME=... make.sh   (3.9 and 4.3, Java 17)
set -eu
cd "$(dirname "$0")"
message=org.apache.kafka.common.message group=org.apache.kafka.coordinator.group.generated
transaction=org.apache.kafka.coordinator.transaction.generated
classes=()
for schema in ../../../src/Kafka.Protocol/Schemas/*/*.schema; do
  name=$(basename "$schema" .schema)
  case $schema in */StoredGroups/*) continue ;; esac # as Kafka 4 has them
  case $name in
  ShareGroup* | ???*ShareGroup* | StreamsGroup*) ;; # since Kafka 4
  *Request | *Response) classes+=("$message.${name}Data") ;;
  Consumer*) classes+=("$message.$name") ;;
  TransactionLog*) classes+=("$transaction.$name") ;;
  *) classes+=("$group.$name") ;;
  esac
done
java -cp "$KAFKA_HOME/libs/*" Golden.java "${classes[@]}" >golden.tsv
# versions that only Kafka 4 has
newer="ListOffsets AlterPartitionReassignments ConsumerGroupDescribe ShareGroupDescribe DescribeShareGroupOffsets StreamsGroupDescribe
  AlterShareGroupOffsets DeleteShareGroupOffsets"
classes=()
for api in $newer; do classes+=("$message.${api}RequestData" "$message.${api}ResponseData"); done
for schema in ../../../src/Kafka.Protocol/Schemas/StoredGroups/*.schema; do
  case $(basename "$schema" .schema) in
  ShareSnapshot* | ShareUpdate*) classes+=("org.apache.kafka.coordinator.share.generated.$(basename "$schema" .schema)") ;;
  *) classes+=("$group.$(basename "$schema" .schema)") ;;
  esac
done
java -cp "$KAFKA_KRAFT_HOME/libs/*" Golden.java "${classes[@]}" |
  awk -F'\t' 'NR==FNR{known[$1 FS $2]=1;next} !(($1 FS $2) in known)' golden.tsv - >golden-newer.tsv
java -cp "$KAFKA_HOME/libs/*" Batches.java >batches.tsv
java -cp "$KAFKA_HOME/libs/*" Placements.java >placements.tsv
