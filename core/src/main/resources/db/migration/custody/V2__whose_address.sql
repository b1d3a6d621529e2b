-- Whether an address is one of this node's own is asked before anything is paid out to it.
create index key_address on custody.key (network, address);
