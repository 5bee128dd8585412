// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// What a contract must answer to be sent tokens with a call (ERC-1363).
interface IReceiver {
    function onTransferReceived(address operator, address from, uint256 value, bytes calldata data)
        external
        returns (bytes4);
}

/// An ERC-20 token whose transfers can call their recipient (ERC-1363), with the errors of ERC-6093.
contract Token {
    string public constant name = "Gold";
    string public constant symbol = "GLD";
    uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);
    error ERC20InvalidReceiver(address receiver);
    error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);
    error ERC1363TransferFailed(address receiver);

    /// The whole supply belongs to whoever deploys the contract.
    constructor(uint256 supply) {
        totalSupply = supply;
        balanceOf[msg.sender] = supply;
        emit Transfer(address(0), msg.sender, supply);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed != type(uint256).max) {
            if (allowed < value) revert ERC20InsufficientAllowance(msg.sender, allowed, value);
            unchecked {
                allowance[from][msg.sender] = allowed - value;
            }
        }
        move(from, to, value);
        return true;
    }

    /// Moves the tokens, then tells the recipient, which must agree.
    function transferAndCall(address to, uint256 value, bytes calldata data) external returns (bool) {
        move(msg.sender, to, value);
        bytes4 answer = IReceiver(to).onTransferReceived(msg.sender, msg.sender, value, data);
        if (answer != IReceiver.onTransferReceived.selector) revert ERC1363TransferFailed(to);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        uint256 balance = balanceOf[from];
        if (balance < value) revert ERC20InsufficientBalance(from, balance, value);
        unchecked {
            balanceOf[from] = balance - value;
            // No overflow: all balances together are the supply.
            balanceOf[to] += value;
        }
        emit Transfer(from, to, value);
    }
}
