/** Types of resources that rules look at. */
export const CLUSTER = 'AWS::MSK::Cluster';
export const SERVERLESS = 'AWS::MSK::ServerlessCluster';
export const CONFIGURATION = 'AWS::MSK::Configuration';
export const TOPIC = 'AWS::MSK::Topic';
export const ASSOCIATION = 'AWS::MSK::BatchScramSecret';
export const MAPPING = 'AWS::Lambda::EventSourceMapping';
export const FUNCTION = 'AWS::Lambda::Function';
export const SECRET = 'AWS::SecretsManager::Secret';
