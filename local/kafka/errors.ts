/** Why a Kafka could not be had, or a topic not be made. */
export type KafkaLaunchErrorCode =
  | 'KAFKA_SETTING' // TAVRO_KAFKA or one of its companions cannot be used
  | 'KAFKA_UNREACHABLE' // the given address does not answer, or refuses the credentials
  | 'JAVA_MISSING' // no Java of the needed age
  | 'MAVEN_MISSING' // no Maven, and the jars are not in the cache
  | 'DOCKER_MISSING' // no Docker daemon that answers
  | 'DOWNLOAD_FAILED' // Maven or Docker could not fetch Kafka
  | 'CACHE_UNUSABLE' // the user's cache directory cannot be written or is damaged
  | 'BROKER_EXITED' // the broker ended while starting
  | 'BROKER_UNREADY' // the broker runs but did not become usable in time
  | 'TOPIC_FAILED'; // a topic could not be created

export interface KafkaLaunchErrorFields {
  topic?: string | undefined;
  /** The last lines that the broker logged. */
  brokerLog?: string | undefined;
  cause?: unknown;
}

/** No Kafka to be had. The message says what to do about it. */
export class KafkaLaunchError extends Error {
  override readonly name = 'KafkaLaunchError';
  readonly code: KafkaLaunchErrorCode;
  readonly topic: string | undefined;
  readonly brokerLog: string | undefined;

  constructor(code: KafkaLaunchErrorCode, message: string, fields: KafkaLaunchErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.topic = fields.topic;
    this.brokerLog = fields.brokerLog;
  }
}
