export { stopSharedBroker as default } from './kafka-broker-setup.mjs';
