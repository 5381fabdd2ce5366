#!/bin/bash
# Makes the fixtures anew with Apache Kafka's own classes: KAFKA_HOME=... make.sh   (Java 17)
set -eu
cd "$(dirname "$0")"
message=org.apache.kafka.common.message group=org.apache.kafka.coordinator.group.generated
classes=()
for schema in ../../../src/Kafka.Protocol/Schemas/*/*.schema; do
  name=$(basename "$schema" .schema)
  case $name in
  *Request | *Response) classes+=("$message.${name}Data") ;;
  Consumer*) classes+=("$message.$name") ;;
  *) classes+=("$group.$name") ;;
  esac
done
java -cp "$KAFKA_HOME/libs/*" Golden.java "${classes[@]}" >golden.tsv
java -cp "$KAFKA_HOME/libs/*" Batches.java >batches.tsv
java -cp "$KAFKA_HOME/libs/*" Placements.java >placements.tsv
